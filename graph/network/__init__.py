"""Questions over the network of supporters and the voters they know. Pure arithmetic on ``TieArrays``.

``arrays`` the network as columns · ``reach`` who is reached and by whom · ``communities`` (by ``moves``) and ``groups`` people
who know each other, and who alone is the way to them · ``recruiting`` where one more supporter helps most.
"""
