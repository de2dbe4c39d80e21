"""The tables of the store by area; models for single edits, `…_table` objects for statements."""

from deskterm.store.tables.columns import table_of
from deskterm.store.tables.desk import Blob, Choice, Lease, Setting, SigningKey, Status
from deskterm.store.tables.mail import (
    Account,
    AccountState,
    BlackEntry,
    Delivery,
    Folder,
    Letter,
    LetterTicket,
    MailLog,
    MutedAddress,
    Observer,
    Outbox,
    Outgoing,
    RegisteredSender,
    Rule,
    Template,
    View,
)
from deskterm.store.tables.people import (
    Agent,
    AgentAddress,
    Client,
    Contact,
    ContactPoint,
    Department,
    Presence,
    Role,
    Team,
)
from deskterm.store.tables.tickets import (
    Addressed,
    Attachment,
    Draft,
    Event,
    Message,
    MessageRef,
    Participant,
    ReadException,
    ReadMark,
    Refusal,
    Ticket,
    TicketCount,
)

account = table_of(Account)
account_state = table_of(AccountState)
addressed = table_of(Addressed)
agent = table_of(Agent)
agent_address = table_of(AgentAddress)
attachment = table_of(Attachment)
black_entry = table_of(BlackEntry)
blob = table_of(Blob)
choice = table_of(Choice)
client = table_of(Client)
contact = table_of(Contact)
contact_point = table_of(ContactPoint)
delivery = table_of(Delivery)
department = table_of(Department)
draft = table_of(Draft)
event = table_of(Event)
folder = table_of(Folder)
lease = table_of(Lease)
letter = table_of(Letter)
letter_ticket = table_of(LetterTicket)
mail_log = table_of(MailLog)
message = table_of(Message)
message_ref = table_of(MessageRef)
muted_address = table_of(MutedAddress)
observer = table_of(Observer)
outbox = table_of(Outbox)
outgoing = table_of(Outgoing)
participant = table_of(Participant)
presence = table_of(Presence)
read_exception = table_of(ReadException)
read_mark = table_of(ReadMark)
refusal = table_of(Refusal)
registered_sender = table_of(RegisteredSender)
role = table_of(Role)
rule = table_of(Rule)
setting = table_of(Setting)
signing_key = table_of(SigningKey)
status = table_of(Status)
team = table_of(Team)
template = table_of(Template)
ticket = table_of(Ticket)
ticket_count = table_of(TicketCount)
view = table_of(View)

METADATA = Ticket.metadata

__all__ = [name for name in dir() if not name.startswith("_")]
