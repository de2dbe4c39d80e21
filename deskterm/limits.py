"""Every limit of the program, in one place, with its unit in its name."""

KIB = 1024
MIB = 1024 * KIB

# A letter
LETTER_BYTES = 25 * MIB
LETTER_PARTS = 500
LETTER_DEPTH = 50
HEADER_BYTES = 128 * KIB
ADDRESSES_PER_LETTER = 200
RECEIVED_HEADERS = 50
BODY_CHARACTERS = 2 * MIB
SUBJECT_CHARACTERS = 500
ADDRESS_CHARACTERS = 320
NAME_CHARACTERS = 200
ATTACHMENT_NAME_BYTES = 180
REFERENCES_PER_LETTER = 100
OUTGOING_REFERENCES = 20
HTML_DEPTH = 250
INDEXED_BYTES = 256 * KIB
# Words of a message that are found; PostgreSQL tells their places apart up to 16,383
INDEXED_WORDS = 16_000
QUOTED_HISTORY_BYTES = 256 * KIB

# The parser's child process
PARSE_SECONDS = 20
# For a letter attached to one that is passed on: somebody waits for its ticket to be shown
ATTACHED_PARSE_SECONDS = 5
PARSER_LETTERS = 1000
PARSER_MEMORY_BYTES = 1024 * MIB
# What it may hold beside a letter of 1 MiB or more, and for each byte less so many more; else it is replaced
PARSER_REST_BYTES = 38 * MIB
PARSER_REST_FOR_EACH_BYTE = 58
# A letter as large as this is the last one a child reads, whatever it holds then
PARSER_LAST_BYTES = 8 * MIB

# The wire
# Two blocks are in memory: one is stored while the next one comes
FETCH_BLOCK_LETTERS = 200
FETCH_BLOCK_BYTES = 4 * MIB
FETCH_SIZES_LETTERS = 1000
CONNECT_SECONDS = 15
COMMAND_SECONDS = 60
# Routers forget a silent connection long before the server's 29 minutes are over (RFC 2177)
IDLE_SECONDS = 9 * 60
# A peer that went away without a word is noticed after 60 + 4 × 15 seconds
KEEPALIVE_IDLE_SECONDS = 60
KEEPALIVE_INTERVAL_SECONDS = 15
KEEPALIVE_PROBES = 4
# Clocks that drift apart by more than this: the machine was suspended
SLEPT_SECONDS = 20
LINE_BYTES = 64 * KIB
RESPONSE_BYTES = 4 * MIB
SEARCH_BYTES = 32 * MIB
# What a server says after the end of a letter may take a scan of it (RFC 5321 4.5.3.2.6 allows 600)
DATA_SECONDS = 300
GOODBYE_SECONDS = 3
# A test letter of the desk to itself: how long it is awaited, and what may answer it by itself
TRIAL_SECONDS = 60
TRIAL_LOOK_SECONDS = 2
TRIAL_ANSWER_SECONDS = 10
# A connection that answered so shortly ago is not asked whether it lives
FRESH_SECONDS = 1.0
SLOWEST_BYTES_PER_SECOND = 8 * KIB
LOOK_FOR_DELIVERY_SECONDS = 10
TOO_LARGE_KEPT_BYTES = 256 * KIB

# The worker
LEASE_SECONDS = 10
# How long one who stands by waits for other writers when he looks whether the lease is to be had
TAKE_SECONDS = 1
POLL_SECONDS = 180
BACKOFF_FIRST_SECONDS = 2
BACKOFF_MOST_SECONDS = 300
WORKER_LINGER_SECONDS = 60
WORKER_TICK_SECONDS = 0.5
WORKER_STOP_SECONDS = 2.5
WORKER_LOG_BYTES = MIB
INTAKE_BATCH_LETTERS = 100
INTAKE_BATCH_BYTES = 8 * MIB
# Of a batch so much is in the worker's hands at a time
INTAKE_TAKEN_BYTES = MIB
COMPRESS_AFTER_SECONDS = 60
COMPRESS_BATCH_BYTES = MIB
COMPRESS_AT_ONCE_BLOBS = 10_000

# What happens by time alone
TIMERS_SECONDS = 5.0
CLOSING_LOOK_SECONDS = 600
CLOSING_UNHEARD_SECONDS = 15
CLOSING_AT_ONCE_TICKETS = 100

# The outbox
UNDO_SECONDS = 10
# What acts changed is kept so long to be put back
UNDO_DAYS = 30
BIN_DAYS = 30
# What was told on screen and seen is kept so long
NOTIFICATION_DAYS = 30
BIN_LOOK_SECONDS = 3600
PURGE_AT_ONCE = 200
RETRY_SECONDS = (60, 300, 900, 3600, 7200, 14400, 28800)
GIVE_UP_SECONDS = 3 * 24 * 3600
LOOK_AGAIN_SECONDS = (5, 60, 300, 900)

# Automatic mail
AUTOMATIC_PER_ADDRESS_HOUR = 20
AUTOMATIC_PER_ACCOUNT_HOUR = 100
FLOOD_MESSAGES = 5
FLOOD_MINUTES = 10
FLOOD_TICKETS_HOUR = 20
# An answer to an automatic letter that comes as fast as this may be a machine's
ECHO_SECONDS = 60
# What a mail server's clock may be behind ours
ECHO_SKEW_SECONDS = 5
ECHO_LETTERS = 20
TEMPLATE_CHARACTERS = 20_000
REFUSAL_HOURS = 24

# Rules
RULE_NAME_CHARACTERS = 200
RULE_VALUE_CHARACTERS = 500
RULE_TEXT_CHARACTERS = 128 * KIB

# A black-list entry tried on stored mail
TRY_OUT_LETTERS = 1000

# The console
PAGE_ROWS = 200
# What a list shows at first; the rest of a page is read when it comes into view
FIRST_ROWS = 60
# Of what is found as one types, at least; else what the list has room for: each letter brings others
TYPED_ROWS = 10
# Pages of an SQLite database a connection keeps: of a worker, and of a console, which has several
CACHE_KIB = 4000
CONSOLE_CACHE_KIB = 1000
READ_AFTER_SECONDS = 1.5
DRAFT_AFTER_SECONDS = 0.7
ADDRESSED_DAYS = 3
# So long before a ticket is due it is marked
DUE_SOON_MINUTES = 60
# Tickets of a list that are looked at before all unread ones are asked for
LOOKED_FOR_UNREAD = 5000
AGENT_ATTACHMENT_BYTES = 20 * MIB
FORM_CHARACTERS = 32 * KIB
SEND_AT_DAYS = 366
# Nobody writes at one answer for longer: a console was left open
SPENT_SECONDS = 7 * 24 * 3600
ARTICLE_CHARACTERS = 200_000
ARTICLES_FOUND = 50
SIMILAR_TICKETS = 8
# Words in more messages than this tell nothing about likeness
SIMILAR_COMMON_MESSAGES = 500
SIMILAR_MESSAGES = 1200
SIMILAR_WORDS = 12
SIMILAR_TEXT_CHARACTERS = 2000

# Files of an agent who works over SSH or the web
OWN_FILES_BYTES = 500 * MIB
AUTHORIZED_KEYS_BYTES = MIB
PUBLIC_KEY_CHARACTERS = 16 * KIB
RSA_BITS = 2048
WEB_SESSIONS = 100

# Text of attached documents
PREVIEW_BYTES = 32 * MIB
PREVIEW_CHARACTERS = 200_000
PREVIEW_SECONDS = 10
PREVIEW_MEMORY_BYTES = 768 * MIB
PREVIEW_PAGES = 200
PREVIEW_ROWS = 2000
PREVIEW_COLUMNS = 60
PREVIEW_UNPACKED_BYTES = 256 * MIB

# Secrets
KEYRING_SECONDS = 10
KEYRING_REST_SECONDS = 300

# Finding
QUERY_CHARACTERS = 2000
QUERY_TERMS = 64
QUERY_DEPTH = 16
# Forms of one word, or words with one beginning, that are asked for one by one
WORD_FORMS = 200
# Tickets a search lists; beyond, it has to be narrowed
FOUND_TICKETS = 5000
# Tickets of a saved search that are counted for its line among the sections
COUNTED_TICKETS = 1000
# Tickets so few that a search looks through their messages instead of through all that hold the words
NARROWED_TICKETS = 400
# The same where the newest hits were looked at and few of them were found
SIFTED_TICKETS = 4000
