"""The full backend: Neo4j through its official driver.

People and ties read as they are said: ``(:Supporter)-[:KNOWS]->(:Contact)-[:MAY_BE]->(:Voter)``, with the best candidate at
place 0; ``(:Supporter)-[:SUGGESTED]->(:Ask)-[:ABOUT]->(:Contact)``; ``(:Supporter)-[:DID]->(:Event)-[:ABOUT]->(:Contact)``.
Every node names its campaign.
"""
