"""The collector: Segment's HTTP API, as the stock SDKs speak it, in front of `events.services.ingest`.

app        routes, lifespan                      body       one request's bytes, bounded in size, time and inflation
wire       bytes → envelope of raw items         normalise  raw item → IncomingEvent, or why not
writer     the queue and the one writing thread  sources    write key → source
replies    status, headers, problem documents    documents  what SDKs fetch before they send
"""
