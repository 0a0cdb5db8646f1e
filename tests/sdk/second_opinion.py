"""Asks the demo tenant with a client that is not ours: Microsoft's own Graph SDK for Python.

usage: second_opinion.py TARGET_DIR      the folder that holds m365-sim

Where the simulator had a member misspelt, a shape wrong or a route missing, the SDK's models would come
out empty or its deserialiser would fail.
"""

import asyncio
from datetime import datetime, timedelta, timezone

from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.entity_type import EntityType
from msgraph.generated.models.search_query import SearchQuery
from msgraph.generated.models.search_request import SearchRequest
from msgraph.generated.search.query.query_post_request_body import QueryPostRequestBody
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
    GetSchedulePostRequestBody,
)

from tenant import USER, tenant, token

SCOPES = (
    "User.Read User.ReadBasic.All People.Read Mail.Read Calendars.Read Calendars.Read.Shared Chat.Read "
    "ChannelMessage.Read.All Team.ReadBasic.All Channel.ReadBasic.All Files.Read.All Sites.Read.All "
    "OnlineMeetings.Read OnlineMeetingTranscript.Read.All"
)


class Token(AccessTokenProvider):
    def __init__(self, token):
        self.token = token

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        return self.token

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator([])


def asking(builder, **parameters):
    """Query parameters for a request of this builder; each builder has a class of its own for them."""
    kinds = [kind for name, kind in vars(type(builder)).items() if name.endswith("QueryParameters")]
    return RequestConfiguration(query_parameters=kinds[0](**parameters))


async def mail(graph):
    messages = graph.me.messages
    page = await messages.get(asking(messages, select=["subject", "from", "receivedDateTime", "hasAttachments"], top=5))
    assert len(page.value) == 5 and page.odata_next_link
    assert all(message.id and message.received_date_time for message in page.value)
    found = await messages.get(asking(messages, search='"budget hasAttachments:true"'))
    message = found.value[0]
    whole = await graph.me.messages.by_message_id(message.id).get()
    assert whole.body.content and whole.from_.email_address.address
    attachments = await graph.me.messages.by_message_id(message.id).attachments.get()
    assert attachments.value[0].name
    folders = await graph.me.mail_folders.get()
    assert {"Inbox"} <= {folder.display_name for folder in folders.value}


async def calendar(graph):
    now = datetime.now(timezone.utc)
    view = graph.me.calendar_view
    window = {"start_date_time": (now - timedelta(days=28)).isoformat(), "end_date_time": now.isoformat()}
    events = (await view.get(asking(view, **window, top=100))).value
    review = [event for event in events if event.subject == "Budget review"]
    assert review and all(event.start.date_time and event.organizer for event in review)
    event = await graph.me.events.by_event_id(review[-1].id).get()
    assert event.online_meeting.join_url and event.attendees[0].status.response
    body = GetSchedulePostRequestBody(
        schedules=[USER, "adele.vance@fjordlight.example"],
        start_time=DateTimeTimeZone(date_time=f"{now:%Y-%m-%d}T08:00:00", time_zone="UTC"),
        end_time=DateTimeTimeZone(date_time=f"{now:%Y-%m-%d}T18:00:00", time_zone="UTC"),
    )
    schedules = (await graph.me.calendar.get_schedule.post(body)).value
    assert len(schedules) == 2 and schedules[0].working_hours.time_zone.name
    return event.online_meeting.join_url


async def meetings(graph, join_url):
    meetings = graph.me.online_meetings
    found = await meetings.get(asking(meetings, filter=f"JoinWebUrl eq '{join_url}'"))
    [meeting] = found.value
    transcripts = (await meetings.by_online_meeting_id(meeting.id).transcripts.get()).value
    assert transcripts and transcripts[0].created_date_time
    content = meetings.by_online_meeting_id(meeting.id).transcripts.by_call_transcript_id(transcripts[0].id).content
    assert b"WEBVTT" in await content.get()


async def teams(graph):
    chats = graph.me.chats
    page = await chats.get(asking(chats, expand=["members", "lastMessagePreview"], top=10))
    assert page.value and all(chat.members for chat in page.value if chat.chat_type)
    messages = await graph.chats.by_chat_id(page.value[0].id).messages.get()
    assert messages.value[0].body.content is not None
    team = next(team for team in (await graph.me.joined_teams.get()).value if team.display_name == "Finance")
    channels = (await graph.teams.by_team_id(team.id).channels.get()).value
    channel = next(channel for channel in channels if channel.display_name == "Budget")
    posts = await graph.teams.by_team_id(team.id).channels.by_channel_id(channel.id).messages.get()
    assert posts.value and posts.value[0].id


def root_url(graph):
    return graph.request_adapter.base_url


def items(graph, drive, item):
    return graph.drives.by_drive_id(drive).items.by_drive_item_id(item)


def root_item(graph, drive, path):
    return items(graph, drive, "root").with_url(f"{root_url(graph)}/drives/{drive}/root:/{path}")


async def files(graph):
    drive = await graph.me.drive.get()
    root = graph.drives.by_drive_id(drive.id).items.by_drive_item_id("root")
    assert (await root.children.get()).value
    by_path = f"{root_url(graph)}/sites/fjordlight.sharepoint.com:/sites/Finance"
    site = await graph.sites.by_site_id("root").with_url(by_path).get()
    assert site.id.count(",") == 2 and site.display_name == "Finance"
    drives = (await graph.sites.by_site_id(site.id).drives.get()).value
    assert drives and drives[0].web_url
    folder = await root_item(graph, drives[0].id, "Budget").get()
    assert folder.folder.child_count
    notes = next(it for it in (await items(graph, drives[0].id, folder.id).children.get()).value if it.name.endswith(".md"))
    assert b"70 350" in await items(graph, drives[0].id, notes.id).content.get()
    ask = SearchRequest(entity_types=[EntityType.DriveItem], query=SearchQuery(query_string="budget"), size=10)
    answer = await graph.search.query.post(QueryPostRequestBody(requests=[ask]))
    hits = answer.value[0].hits_containers[0].hits
    assert hits and all(hit.resource.web_url for hit in hits)


async def run(described):
    bearer = Token(token(described, SCOPES.split()))
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(bearer))
    adapter.base_url = f"{described['graphEndpoint']}/v1.0"
    graph = GraphServiceClient(request_adapter=adapter)
    assert (await graph.me.get()).user_principal_name == USER
    await mail(graph)
    join_url = await calendar(graph)
    await meetings(graph, join_url)
    await teams(graph)
    await files(graph)
    print("msgraph-sdk reads the demo tenant: ok")


with tenant() as demo:
    asyncio.run(run(demo))
