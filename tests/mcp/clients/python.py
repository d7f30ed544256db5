"""The official SDK of Python takes the steps: `python.py VERSION PLACE`, with the steps as JSON on standard input.

PLACE is `{"url": …, "headers": {…}}` or `{"command": …, "args": […], "env": {…}}`."""

import asyncio
import json
import logging
import sys

from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.exceptions import MCPError

logging.disable(logging.CRITICAL)
MODES = {"2026-07-28": "2026-07-28", "2025-11-25": "legacy", "auto": "auto"}


def transport(place):
    if "url" in place:
        return streamable_http_client(place["url"], http_client=create_mcp_http_client(headers=place["headers"]))
    return StdioServerParameters(command=place["command"], args=place["args"], env=place["env"])


def shown(result):
    text = [block.text for block in result.content if block.type == "text"]
    return {"error": bool(result.is_error), "structured": result.structured_content, "text": json.loads(text[0])}


async def step(client, what):
    try:
        if what["do"] == "list":
            listed = await client.list_tools()
            return {"tools": sorted(tool.name for tool in listed.tools), "titles": [tool.input_schema["type"] for tool in listed.tools]}
        return shown(await client.call_tool(what["tool"], what["arguments"]))
    except MCPError as error:
        return {"code": error.error.code}


async def main(version, place, steps):
    try:
        async with Client(transport(place), mode=MODES[version]) as client:
            spoken = client.protocol_version
            return {"version": str(spoken), "steps": [await step(client, what) for what in steps]}
    except BaseException as error:  # What refuses a client comes out of groups of tasks.
        return {"refused": type(error).__name__}


print(json.dumps(asyncio.run(main(sys.argv[1], json.loads(sys.argv[2]), json.load(sys.stdin)))))
