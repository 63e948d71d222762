"""Questions over the network of supporters and the voters they know. Pure arithmetic on ``TieArrays``.

``arrays`` the network as columns · ``reach`` who is reached and by whom · ``bridges`` (over a ``tree``) where one leaving
cuts people off · ``rank`` components and PageRank · ``closeness`` ties from mutual friends · ``communities`` (by ``moves``)
and ``groups`` people who know each other · ``recruiting`` where one more supporter helps most.
"""
