"""A server under test beside the truth: calls of tools, their pages, and the checks that all tables share."""

import json
from datetime import datetime

LONGEST_PAGING = 200

CODES = {
    "VALIDATION_ERROR", "SIGN_IN_REQUIRED", "CONSENT_REQUIRED", "FORBIDDEN", "NOT_FOUND", "THROTTLED", "TIMEOUT",
    "UNSUPPORTED_CONTENT", "TOO_LARGE", "SERVICE_ERROR", "CANCELLED",
}


class Refused(Exception):
    """A tool error: its code, message and details."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.message, self.details = error["code"], error["message"], error.get("details", {})


class Bench:
    """One signed-in server and Graph itself."""

    def __init__(self, client, graph, login):
        self.client, self.graph, self.login, self.checks = client, graph, login, 0

    async def call(self, tool, **arguments):
        """The structured content, after the checks that every answer must pass."""
        result = await self.client.call_tool(tool, arguments)
        blocks = [block.text for block in result.content if block.type == "text"]
        if result.is_error:
            assert result.structured_content is None and len(blocks) == 1, blocks
            error = json.loads(blocks[0])
            assert error["code"] in CODES and error["message"].endswith((".", "'", ")", "?")), error
            raise Refused(error)
        answer = result.structured_content
        trailer = json.loads(blocks[-1])
        assert isinstance(trailer["moreResults"], bool), trailer
        assert trailer["moreResults"] == ("nextOffset" in trailer or "nextCursor" in trailer), trailer
        for key, value in trailer.items():
            assert answer[key] == value, (key, value, answer[key])
        answer["_blocks"], answer["_trailer"] = blocks, trailer
        self.checks += 1
        return answer

    async def refusal(self, tool, code, *words, **arguments):
        """Checks that a call is refused, with these words in the message."""
        try:
            answer = await self.call(tool, **arguments)
        except Refused as refused:
            assert refused.code == code, (tool, arguments, str(refused))
            for word in words:
                assert word.lower() in refused.message.lower(), (tool, arguments, word, refused.message)
            self.checks += 1
            return refused
        raise AssertionError(f"{tool} {arguments} was answered: {str(answer)[:300]}")

    async def every(self, tool, **arguments):
        """The hits of all pages, none of them twice, and the notices."""
        hits, notices = [], []
        for _ in range(LONGEST_PAGING):
            answer = await self.call(tool, **arguments)
            hits += answer["results"]
            notices += answer.get("notices", [])
            if not answer["moreResults"]:
                uris = [hit.get("uri") or hit["webUrl"] for hit in hits]
                assert len(set(uris)) == len(uris), (tool, arguments, "a hit came twice")
                return hits, notices
            arguments.pop("cursor", None)
            arguments.pop("offset", None)
            if "nextCursor" in answer:
                arguments["cursor"] = answer["nextCursor"]
            else:
                arguments["offset"] = answer["nextOffset"]
        raise AssertionError(f"{tool} {arguments}: paging does not end")

    async def finds(self, tool, truth, name=lambda hit: hit["uri"], **arguments):
        """Checks that small pages and large ones give exactly `truth`, a list of names."""
        small, _ = await self.every(tool, limit=7, **arguments)
        large, _ = await self.every(tool, limit=50, **arguments)
        small, large = [name(hit) for hit in small], [name(hit) for hit in large]
        assert small == large, (tool, arguments, "pages of 7 and of 50 differ", small, large)
        missing, extra = sorted(set(truth) - set(small)), sorted(set(small) - set(truth) - {None})
        assert not missing and not extra, (tool, arguments, {"missing": missing[:5], "too many": extra[:5]})
        return small


def moment(text):
    """A moment as Graph or a tool writes it."""
    head, _, rest = text.replace("Z", "+00:00").partition(".")
    zone = rest[rest.find("+"):] if "+" in rest else (rest[rest.find("-"):] if "-" in rest else "")
    return datetime.fromisoformat(head + zone)
