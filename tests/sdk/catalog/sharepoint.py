"""`sharepoint_search` and `sharepoint_folder_search`, beside a walk through every library that the user can open."""

import re
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError
from urllib.parse import quote, unquote

from .bench import Refused, moment

TOOL, FOLDERS = "sharepoint_search", "sharepoint_folder_search"


def walk(graph, drive, folder="root"):
    """Everything below a folder, with its folder's path."""
    for item in graph.all(f"/drives/{drive}/items/{folder}/children?$top=200"):
        if "remoteItem" in item:
            continue
        yield item
        if "folder" in item:
            yield from walk(graph, drive, item["id"])


def libraries(graph):
    sites = graph.all("/sites?search=*")
    drives = [(site, drive) for site in sites for drive in graph.all(f"/sites/{site['id']}/drives")]
    return sites, drives + [(None, graph.get("/me/drive"))]


def uri(item):
    return f"file:///{item['parentReference']['driveId']}/{item['id']}"


def extension(item):
    return item["name"].rpartition(".")[2].lower()


def author(item):
    return item["createdBy"]["user"]["displayName"]


def present(bench, hit):
    """The address of a hit; the index still lists what was deleted a moment ago."""
    drive, item = hit["uri"].removeprefix("file:///").split("/")
    try:
        bench.graph.get(f"/drives/{drive}/items/{item}?$select=id")
        return hit["uri"]
    except HTTPError as gone:
        assert gone.code == 404, gone
        return None


async def check(bench):
    sites, drives = libraries(bench.graph)
    items = [(site, drive, item) for site, drive in drives for item in walk(bench.graph, drive["id"])]
    files = [(site, item) for site, _, item in items if "file" in item]
    finance = next(site for site in sites if site["displayName"] == "Finance")
    in_finance = [item for site, item in files if site and site["id"] == finance["id"]]
    assert len(in_finance) > 3, "too little to tell anything"
    week = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=40)
    recent = lambda it: moment(it["lastModifiedDateTime"]) >= week
    since = week.strftime("%Y-%m-%dT%H:%M:%SZ")
    budget = f"{finance['webUrl']}/Shared%20Documents/Budget"
    below = lambda it: unquote(it["webUrl"]).startswith(unquote(budget) + "/")

    only = {"contentType": "file"}
    table = [
        ({"site": "Finance"}, lambda it: True),
        ({"site": finance["webUrl"]}, lambda it: True),
        ({"site": finance["id"]}, lambda it: True),
        ({"site": "Finance", "fileType": "md"}, lambda it: extension(it) == "md"),
        ({"site": "Finance", "fileType": ["md", "csv"]}, lambda it: extension(it) in ("md", "csv")),
        ({"site": "Finance", "author": "Adele Vance"}, lambda it: author(it) == "Adele Vance"),
        ({"site": "Finance", "afterDateTime": since}, recent),
        ({"site": "Finance", "beforeDateTime": since}, lambda it: moment(it["lastModifiedDateTime"]) <= week),
        ({"path": budget}, below),
        ({"site": "Finance", "folderName": "Budget"}, below),
        ({"site": "Finance", "path": budget, "author": "Adele Vance", "afterDateTime": since},
         lambda it: below(it) and author(it) == "Adele Vance" and recent(it)),
    ]
    for arguments, fits in table:
        truth = [uri(it) for it in in_finance if fits(it)]
        assert truth, arguments
        for order in ("relevance", "newest"):
            await bench.finds(TOOL, truth, name=lambda hit: present(bench, hit), **only, **arguments, order=order)

    newest, _ = await bench.every(TOOL, site="Finance", order="newest", limit=7)
    times = [moment(hit["lastModifiedDateTime"]) for hit in newest]
    assert times == sorted(times, reverse=True), "not newest first"
    words = await bench.call(TOOL, query="budget", limit=10)
    assert any("**" in hit["summary"] for hit in words["results"]) and "</" not in str(words["results"])
    everything, _ = await bench.every(TOOL, contentType="file", limit=50)
    found, there = {hit["uri"] for hit in everything}, {uri(it) for _, it in files}
    assert there <= found, (len(there - found), "files are never found")

    await kinds(bench, sites)
    await folders(bench, items, finance)
    await refusals(bench)


async def kinds(bench, sites):
    pages, _ = await bench.every(TOOL, contentType="page", limit=50)
    assert pages and all(hit["uri"].startswith("page:///") for hit in pages), [hit["uri"] for hit in pages][:3]
    found, _ = await bench.every(TOOL, contentType="site", limit=50)
    assert {site["webUrl"] for site in sites} >= {hit["webUrl"] for hit in found} and found
    lists, _ = await bench.every(TOOL, contentType="list", limit=50)
    assert lists


async def folders(bench, items, finance):
    truth = [uri(it) for _, _, it in items if "folder" in it and re.search("budget", it["name"], re.I)]
    found, _ = await bench.every(FOLDERS, name="budget", limit=50)
    assert set(truth) <= {hit["uri"] for hit in found}, ("folders are not found", len(truth), len(found))
    assert all("budget" in hit["name"].lower() for hit in found), [hit["name"] for hit in found]
    small, _ = await bench.every(FOLDERS, name="budget", limit=2)
    assert [hit["uri"] for hit in small] == [hit["uri"] for hit in found]
    here, _ = await bench.every(FOLDERS, name="Budget", site="Finance")
    assert here and all(hit["webUrl"].startswith(finance["webUrl"]) for hit in here)
    part, _ = await bench.every(FOLDERS, name="udge", site="Finance")
    assert any(hit["name"] == "Budget" for hit in part), "a part of a name is not found"
    library, _ = await bench.every(FOLDERS, name="Documents", site="Finance")
    assert any(hit["uri"].endswith("/root") for hit in library), "a library is not found"
    parent = quote(finance["webUrl"] + "/Shared Documents", safe=":/")
    below, _ = await bench.every(FOLDERS, name="Budget", parent=parent)
    assert below


async def refusals(bench):
    await bench.refusal(TOOL, "NOT_FOUND", "Finance", site="Finnance")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "contentType", contentType="video")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "query", query='"unbalanced')
    await bench.refusal(TOOL, "VALIDATION_ERROR", "limit", limit=0)
    await bench.refusal(TOOL, "VALIDATION_ERROR", "path", path="https://evil.example/sites/Finance")
    await bench.refusal(FOLDERS, "VALIDATION_ERROR", "name")
    for hostile in ('a" OR path:"https://', "NOT site:x (", "filetype:* ) OR (", "' OR 1=1", "}{", "İ\u202e"):
        try:
            hits = await bench.call(TOOL, author=hostile, site="Finance")
            assert not hits["results"], (hostile, "widened the search")
        except Refused as refused:
            assert refused.code == "VALIDATION_ERROR", refused
