# The console's texts. Short, plain. Signs are ASCII only.
# Each key is also in ru.ftl, with the same variables: a test checks it.

code-plain = { $code }

## Terms and durations

span-seconds = { $n } { $n ->
    [one] second
   *[other] seconds
}
span-minutes = { $n } { $n ->
    [one] minute
   *[other] minutes
}
span-hours = { $n } { $n ->
    [one] hour
   *[other] hours
}
span-days = { $n } { $n ->
    [one] day
   *[other] days
}
span-short-minutes = { $n } min
span-short-hours = { $n } h
span-short-days = { $n } d
ago-minutes = { $n } { $n ->
    [one] minute
   *[other] minutes
} ago
ago-hours = { $n } { $n ->
    [one] hour
   *[other] hours
} ago
ago-days = { $n } { $n ->
    [one] day
   *[other] days
} ago
ago-now = just now
due-overdue = overdue { $span }
due-met = responded
due-late = late response
due-none = —
file-by-none = —
file-by-no-anchor = no date
file-by-missed = missed
file-by-done = filed
file-by-day = { $place } { $day }

## Where to file, short, for the "File by" column

rule-place-tk392-dismissal = court
rule-place-tk392-general = court
rule-place-tk392-wage = court
rule-place-tk392-moral = court
rule-place-tk386-kts = KTS
rule-place-tk390-kts-appeal = court
rule-place-tk373-opinion = opinion
rule-place-tk372-opinion = opinion
rule-place-tk180-notice = event
rule-place-tk74-notice = event
rule-place-tk370-employer = answer
rule-place-fz59-30 = answer
rule-place-date = event

## Limitation dates

rule-tk392-dismissal = court, dismissal: one month (Labour Code art. 392 part 1)
rule-tk392-general = court, other individual disputes: 3 months (Labour Code art. 392 part 1)
rule-tk392-wage = court, unpaid wages: one year (Labour Code art. 392 part 2)
rule-tk392-moral = court, moral damage alone: 3 months (Labour Code art. 392 part 3)
rule-tk386-kts = labour disputes commission: 3 months (Labour Code art. 386)
rule-tk390-kts-appeal = challenge the commission's decision in court: 10 days (Labour Code art. 390)
rule-tk373-opinion = the committee's opinion on a dismissal: 7 working days (Labour Code art. 373)
rule-tk372-opinion = the committee's opinion on a local act: 5 working days (Labour Code art. 372)
rule-tk180-notice = redundancy: no dismissal before this date (Labour Code art. 180)
rule-tk74-notice = changed conditions: the worker answers by this date (Labour Code art. 74)
rule-tk370-employer = the employer's answer to the union's inspector (Labour Code art. 370)
rule-fz59-30 = answer of the inspectorate or the prosecutor: 30 days (59-FZ art. 12)
rule-date = an event named in the appeal

## The words of an appeal

channel-email = mail
channel-max = MAX
channel-vk = VK
channel-telegram = Telegram
channel-web = web form
channel-app = app
channel-sos = SOS button
channel-phone = phone
channel-visit = visit
channel-post-scan = paper letter
channel-staff = staff
channel-kind-maildir = Maildir folder
channel-kind-imap = IMAP mailbox
channel-kind-telegram = Telegram
channel-kind-vk = VK
channel-kind-max = MAX
stage-new = new
stage-sorted = sorted
stage-taken = taken
stage-under-control = under control
stage-answered = answered
stage-closed = closed
stage-spam = spam
stage-thanks = thanks
stage-duplicate = duplicate
stage-merged = merged
urgency-sos = SOS
urgency-high = urgent
urgency-normal = normal
urgency-low = low
topic-wages = wages
topic-dismissal = dismissal
topic-discipline = discipline
topic-working-time = working time
topic-vacation = vacation
topic-transfer = transfer
topic-contract = contract
topic-safety = safety
topic-safety-sout = workplace assessment
topic-safety-accident = accident at work
topic-pension = pension
topic-maternity = maternity
topic-social = social guarantees
topic-housing = housing
topic-collective = collective agreement
topic-union-rights = union rights
topic-conflict = conflict, bullying
topic-membership = membership
topic-other = other
consent-yes = allowed
consent-no = forbidden
consent-not-asked = not asked
member-state-member = member
member-state-staff = member, elected officer
member-state-lapsed = was a member, left
member-state-not-member = not a member
member-state-registry-gap = says a member; not in the registry
member-state-ambiguous = unclear: several candidates
member-state-unverifiable = unclear: too little to go on
member-state-cell-member = yes
member-state-cell-staff = yes
member-state-cell-lapsed = left
member-state-cell-not-member = no
member-state-cell-registry-gap = unclear
member-state-cell-ambiguous = unclear
member-state-cell-unverifiable = unclear
member-unknown-cell = ?
member-unknown = membership not checked
member-status-active = active
member-status-left = left
member-status-unknown = unknown
org-level-central = central committee
org-level-regional = regional organisation
org-level-local = district or city organisation
org-level-primary = primary organisation
org-level-shop = shop organisation
response-state-running = awaits a response
response-state-met = responded in time
response-state-late = responded late
response-state-breached = no response, time is up
response-state-none = no clock
reply-kind-response = response
reply-kind-merits = answer on the merits
direction-in = incoming
direction-out = outgoing
direction-note = note
limitation-kind-limitation = limitation date
limitation-kind-event = event
limitation-state-no-anchor = no anchor date
limitation-state-running = running
limitation-state-missed = missed: petition to restore, Labour Code art. 392 part 5
limitation-state-done = done
clock-straight = 24 hours straight
clock-workdays = 24 hours outside days off
delivery-kind-reply = reply
delivery-kind-receipt = receipt
delivery-state-scheduled = waits to be sent
delivery-state-sending = being sent
delivery-state-accepted = accepted by the server
delivery-state-retry = did not work, will retry
delivery-state-failed = not sent
delivery-state-unknown = unknown whether it arrived: you decide
delivery-state-delivered = delivered
delivery-state-bounced = bounced
delivery-state-blocked = blocked by the recipient
delivery-state-cancelled = cancelled
delivery-state-cell-scheduled = waits
delivery-state-cell-retry = retry
delivery-state-cell-failed = FAILED
delivery-state-cell-unknown = UNKNOWN
delivery-state-cell-bounced = BOUNCED
delivery-state-cell-blocked = BLOCKED
delivery-state-cell-accepted = accepted
fate-pending = waits to be parsed
fate-new = new appeal
fate-appended = added to an appeal
fate-duplicate = duplicate
fate-service = service mail
fate-history = history
fate-quarantined = in quarantine
role-duty = duty officer
role-lawyer = lawyer
role-inspector = technical inspector
role-economist = economist
role-social = social officer
role-editor = editor
role-polls = poll author
role-chair = chair
role-head = head
role-auditor = auditor
role-admin = administrator
worker-intake = intake
worker-sender = sender
worker-timer = timer
worker-import = import

## The frame

app-name = OTKLIK
screen-appeals = Appeals
screen-members = Members
screen-outgoing = Outgoing
screen-outgoing-errors = Outgoing: { $n } failed
tab-mine = Mine
tab-new = New
tab-urgent = Urgent
tab-all = All
tab-overdue = Overdue
tab-closed = Closed
intake-running = Intake: running
intake-stopped = Intake: STOPPED since { $since }
intake-none = Intake: NOT SET UP
too-small = The window is too small. It needs at least 40 columns and 8 rows: enlarge it or use a smaller font.

## Columns

column-due = Respond by
column-file-by = File by
column-number = No.
column-author = Author
column-member = Member
column-subject = Subject
column-assignee = Assignee
column-channel = Channel
column-received = Received
column-stage = Stage
column-recipient = To
column-state = State
column-attempts = Attempts
column-kind = What
column-name = Name
column-organisation = Organisation
column-phone = Phone
column-born = Born

## Empty, loading, failed

loading = Loading…
load-failed = Could not load.
empty-tab-mine = You have no open appeals. New ones are on the tab "New": F2 takes one.
empty-tab-new = No new appeals: everything is sorted.
empty-tab-urgent = No urgent appeals.
empty-tab-all = No open appeals. As soon as a letter comes, it appears here by itself.
empty-tab-overdue = Nothing is overdue.
empty-tab-closed = No closed appeals yet.
empty-search = Nothing found for "{ $query }". Clear it with Esc or change it.
empty-outgoing = Nothing outgoing.
empty-members = Type a surname, a phone or a card number.
empty-members-none = Nobody found in the registry. That does not yet mean that the person is not a member.
empty-registry = The registry is empty. Load it: otklik member import FILE.csv
empty-match = No similar people in the registry. Ask the author for surname, phone and workplace.
empty-history = No records yet.
empty-palette = There is no such command. Try another word.

## Notices and questions

notice-stray-keys = The keys did nothing: it seems you were typing text into the wrong window. Text goes into a reply: F4.
notice-stray-paste = Pasting does nothing here. Text is pasted into a reply: F4.
notice-paste-cut = Not everything was pasted: { $kb } KB did not fit. A long text is better attached as a file.
notice-text-full = No more fits: the limit is 64 KB. A long text is better attached as a file.
notice-unavailable = Not now: { $reason }
notice-no-key = The key { $key } does nothing here. F1 is help, F9 is the menu.
notice-draft-saved = Draft saved.
notice-draft-unsaved = The draft is NOT saved yet.
notice-taken = Appeal { $number } is now yours.
notice-taken-by = Appeal { $number } has already been taken by { $who }.
notice-sent = The reply leaves in { $n } s. Undo: U.
notice-saved-file = Saved: { $file }
answer-yes = Yes
answer-no = No
answer-ok = OK
answer-cancel = Cancel
answer-send = Send
answer-back = Back to the text
answer-discard = Discard the draft
answer-wait = Wait
answer-quit = Quit
ask-quit = Quit
ask-quit-body = Close the program? Drafts are saved.
ask-quit-work = Mails not yet sent: { $n }. If you leave now, they go when the program is opened again or the service runs. Wait until they are sent?

## Commands

cmd-help = Help
cmd-help-help = What can be done here and with which keys.
cmd-menu = Menu
cmd-menu-help = A list of everything that can be done now.
cmd-quit = Quit
cmd-quit-help = Close the program. Drafts are kept.
cmd-palette = Find a command
cmd-palette-help = Type a part of its name and the command is found.
cmd-back = Back
cmd-back-help = Close what was opened last.
cmd-next-pane = Next pane
cmd-next-pane-help = Go from the list to the letter and back.
cmd-previous-pane = Previous pane
cmd-previous-pane-help = Go to the previous pane.
cmd-screen-queue = Appeals
cmd-screen-queue-help = Open the list of appeals.
cmd-screen-members = Members
cmd-screen-members-help = Look somebody up in the registry.
cmd-screen-outgoing = Outgoing
cmd-screen-outgoing-help = What was sent, what waits, what failed.
cmd-reload = Reload
cmd-reload-help = Read the data again. Usually they refresh by themselves.
cmd-redraw = Redraw the screen
cmd-redraw-help = When there is rubbish on the screen.
cmd-copy-mode = Copy mode
cmd-copy-mode-help = Take the frame away so that the mouse selects text.
cmd-language = Русский
cmd-language-help = Switch the language to Russian.
cmd-move-up = Up
cmd-move-up-help = One line up.
cmd-move-down = Down
cmd-move-down-help = One line down.
cmd-page-up = Page up
cmd-page-up-help = One screen up.
cmd-page-down = Page down
cmd-page-down-help = One screen down.
cmd-move-home = To the start
cmd-move-home-help = To the first line.
cmd-move-end = To the end
cmd-move-end-help = To the last line.
cmd-next-tab = Next tab
cmd-next-tab-help = Go to the tab on the right.
cmd-previous-tab = Previous tab
cmd-previous-tab-help = Go to the tab on the left.
cmd-tab-1 = Tab "Mine"
cmd-tab-1-help = Open appeals that you took.
cmd-tab-2 = Tab "New"
cmd-tab-2-help = Appeals that nobody has sorted yet.
cmd-tab-3 = Tab "Urgent"
cmd-tab-3-help = Urgent appeals and SOS calls.
cmd-tab-4 = Tab "All"
cmd-tab-4-help = All open appeals.
cmd-tab-5 = Tab "Overdue"
cmd-tab-5-help = The time to respond is over and nobody has.
cmd-tab-6 = Tab "Closed"
cmd-tab-6-help = Answered and closed, newest first.
cmd-find = Find
cmd-find-help = Search by words, name or number.
cmd-open = Open
cmd-open-help = Show it whole.
cmd-accept = Choose
cmd-accept-help = Take what is marked.
cmd-take = Take
cmd-take-help = You answer for this appeal; everybody sees it.
cmd-reply = Reply
cmd-reply-help = Write to the author. The draft is saved by itself.
cmd-membership = Membership
cmd-membership-help = Find the author in the registry and confirm.
cmd-history = History
cmd-history-help = Who did what with the appeal, and when.
cmd-mark-sorted = Sorted
cmd-mark-sorted-help = Topics and urgency are right; the appeal waits for somebody.
cmd-mark-spam = Spam
cmd-mark-spam-help = Out of the queue. No clock runs.
cmd-mark-thanks = Thanks
cmd-mark-thanks-help = Mark as thanks. No clock runs.
cmd-edit-topic = Change the topic
cmd-edit-topic-help = What the appeal is about.
cmd-edit-urgency = Change the urgency
cmd-edit-urgency-help = How soon a person is needed.
cmd-edit-assignee = Hand over
cmd-edit-assignee-help = Choose who answers for it.
cmd-add-note = Note
cmd-add-note-help = Write for colleagues. The author never sees it.
cmd-save-attachment = Save a file
cmd-save-attachment-help = Save an attached file into a folder.
cmd-toggle-quotes = Show or hide quotes
cmd-toggle-quotes-help = Quotes of earlier letters are folded.
cmd-preview = Preview
cmd-preview-help = The letter as it will arrive.
cmd-send = Send
cmd-send-help = Send the reply. It can be undone for some seconds.
cmd-mark-response = This is a response
cmd-mark-response-help = Who deals with it and what follows.
cmd-mark-merits = This is the answer
cmd-mark-merits-help = It answers the question itself.
cmd-discard-draft = Discard the draft
cmd-discard-draft-help = Throw the unsent reply away.
cmd-undo-delivery = Undo sending
cmd-undo-delivery-help = Take the letter back while it has not left.
cmd-retry-delivery = Send again
cmd-retry-delivery-help = Try again what failed.
cmd-drop-delivery = Do not send
cmd-drop-delivery-help = Take it off.
cmd-confirm-member = Confirm the member
cmd-confirm-member-help = Record that the author is this person, and why.
cmd-not-a-member = Not a member
cmd-not-a-member-help = Record that the author is not in the union.
cmd-unlink-member = Unlink the member
cmd-unlink-member-help = The author is somebody else.
cmd-leave-copy-mode = Leave copy mode
cmd-leave-copy-mode-help = Back to the usual view.

## The bar of function keys: at most nine letters

fkey-help = Help
fkey-take = Take
fkey-open = Open
fkey-reply = Reply
fkey-membership = Member
fkey-find = Find
fkey-send = Send
fkey-preview = Preview
fkey-menu = Menu
fkey-quit = Quit
fkey-retry-delivery = Retry
fkey-drop-delivery = Drop
fkey-confirm-member = Confirm
fkey-not-a-member = No member

## Where a key works

context-global = Everywhere
context-queue = The list of appeals
context-thread = The thread
context-composer = The reply
context-preview = The preview
context-match = The match card
context-history = The history
context-outgoing = Outgoing
context-members = The registry
context-palette = The palette
context-menu = The menu
context-help = Help
context-dialog = A question
context-field = A field
context-copy = Copy mode

## The journal: what was done to what

action-appeal-received = received
action-appeal-imported = imported from a former system
action-appeal-appended = a message of the author came
action-appeal-taken = taken
action-appeal-stage = stage changed
action-appeal-edited = edited
action-appeal-noted = note added
action-appeal-replied = reply written
action-delivery-scheduled = scheduled
action-delivery-sending = sending
action-delivery-accepted = accepted by the server
action-delivery-failed = not sent
action-delivery-bounced = bounced
action-delivery-undone = sending undone
action-member-confirmed = membership confirmed
action-member-unlinked = membership unlinked
action-desk-made = desk made
action-reply-scheduled = reply scheduled
action-delivery-withdrawn = sending taken back
action-delivery-retried = to be sent again
action-delivery-dropped = taken off sending
field-stage = stage
field-topics = topics
field-urgency = urgency
field-assignee = assignee
field-policy = how the 24 hours are counted
field-roles = roles
field-zone = time zone
field-note = note
field-kind = kind
field-state = state
field-member = member
field-channel = channel
field-delivery-state = delivery
field-reply = kind of reply
field-text = text

## The command line: help

cli-about = Appeals of union members: a response to each within 24 hours, no limitation date missed. Without a command it opens the console.
cli-heading-usage = Usage:
cli-heading-options = Options
cli-heading-verbs = Commands
cli-heading-arguments = Arguments
cli-arg-config = configuration file (OTKLIK_CONFIG)
cli-arg-desk = address of the desk: sqlite:PATH or postgres://… (OTKLIK_DESK)
cli-arg-lang = language (OTKLIK_LANG)
cli-arg-as = act as this person; demo desks only
cli-arg-json = answer in JSON, for programs
cli-arg-help = show this help
cli-arg-version = show the version
cli-arg-file = file; - is standard input
cli-arg-yes = do not ask
cli-arg-dry-run = only show what would be done
cli-arg-number = number of the appeal: 2026-1843 or 1843
cli-arg-limit = at most so many rows
cli-arg-id = id from the list
cli-arg-member = who it is: id or the registry's own id
cli-arg-org = code of the organisation; without it, the whole desk
cli-arg-os-user = account on this machine
cli-arg-role = role
cli-arg-name = name
cli-arg-mail-in = where mail comes from: maildir:DIR
cli-arg-mail-out = where mail goes: smtp://USER@HOST:PORT, smtps://… or folder:DIR
cli-arg-address = our own address
cli-arg-password-file = file with the password, its owner's alone (0600)
cli-arg-since = mail older than this day is history
cli-arg-body-file = file with the text; - is standard input
cli-arg-stage = stage
cli-arg-assignee = assignee: a name, an account, or me
cli-arg-topic = topic
cli-arg-channel = channel
cli-arg-urgency = urgency
cli-demo-about = Show it on invented data: mail keeps arriving while you look
cli-init-about = Make a desk: from flags, or from a short dialogue
cli-init-arg-organisation = name of the organisation
cli-init-arg-me = your name
cli-init-arg-clock = how the 24 hours are counted: straight or outside days off
cli-init-arg-zone = time zone, such as Europe/Moscow
cli-init-arg-demo = a demo desk: --as and OTKLIK_NOW work
cli-doctor-about = Check configuration, desk, mail and terminal, and say what to do
cli-migrate-about = Upgrade the desk to this program; a backup is made by itself
cli-backup-about = Save the whole desk in one file
cli-restore-about = Restore a desk from a file into an empty place
cli-journal-about = The journal of decisions
cli-journal-verify-about = Prove that the journal has not been changed
cli-serve-about = Receive and send without a screen
cli-serve-arg-once = do what is due and exit
cli-appeal-about = Appeals
cli-appeal-list-about = List appeals
cli-appeal-list-arg-overdue = only overdue ones
cli-appeal-list-arg-search = words of the subject and the messages
cli-appeal-list-arg-after = go on after this number
cli-appeal-show-about = An appeal, whole: messages, history, links
cli-appeal-import-about = Import the appeals of a former system from JSON
cli-appeal-take-about = Take an appeal
cli-appeal-edit-about = Change topic, urgency, assignee
cli-appeal-edit-arg-topic = topics separated by commas, the lead first
cli-appeal-edit-arg-assignee = assignee: a name, an account, me or none
cli-appeal-reply-about = Reply to the author
cli-appeal-reply-arg-merits = this is the answer on the merits
cli-appeal-save-about = Save a file of an appeal
cli-appeal-save-arg-attachment = the file: its id, its position or its name
cli-appeal-save-arg-to = folder
cli-appeal-note-about = Add a note for colleagues
cli-appeal-match-about = Who it may be by the registry
cli-appeal-confirm-about = Confirm that the author is this member
cli-appeal-unlink-about = Take the confirmation of membership back
cli-appeal-stage-about = Set the stage
cli-appeal-close-about = Close an appeal
cli-member-about = The registry of members
cli-member-import-about = Import the registry from CSV
cli-member-find-about = Find by name, telephone, mail, card
cli-member-find-arg-words = what to look for
cli-member-show-about = A row of the registry
cli-org-about = Organisations
cli-org-import-about = Import organisations from JSON or CSV
cli-org-list-about = List organisations
cli-staff-about = Staff
cli-staff-add-about = Add a member of staff
cli-staff-list-about = List staff
cli-staff-role-about = Give or take a role
cli-staff-role-arg-remove = take it instead of giving it
cli-delivery-about = Outgoing mail
cli-delivery-list-about = What is on its way and what failed
cli-delivery-list-arg-all = what has been sent, too
cli-delivery-undo-about = Take back before it leaves
cli-delivery-retry-about = Send again
cli-delivery-drop-about = Send no more
cli-delivery-release-about = Let a held notice go
cli-channel-about = Channels
cli-channel-list-about = List channels and what came in
cli-channel-add-about = Add a channel
cli-channel-add-mail-about = Add a mail account
cli-channel-add-mail-arg-name = name of the channel
cli-channel-test-about = Check a channel without sending anything
cli-completions-about = Completions for a shell
cli-completions-arg-shell = shell
cli-man-about = The manual page

## The command line: what is wrong

cli-wrong = It is not written as it should be.
cli-wrong-argument = There is no such option: { $arg }.
cli-wrong-verb = There is no such command: { $verb }.
cli-wrong-no-verb = A command is missing.
cli-wrong-no-value = A value is missing: { $arg }.
cli-wrong-value = The value "{ $value }" does not fit { $arg }.
cli-wrong-code = The value "{ $value }" does not fit { $arg }. It may be: { $codes }.
cli-wrong-missing = Missing: { $arg }.
cli-wrong-conflict = These do not go together: { $arg } and { $other }.
cli-wrong-meant = { $what } Perhaps you meant: { $meant }. Help: --help.
cli-wrong-help = { $what } Help: --help.

## The command line: what was done

cli-said-init = Done. The desk: { $desk }. Open the console: otklik. Receive mail without a screen: otklik serve.
cli-said-config = Configuration file made: { $file }
cli-said-taken = The appeal { $number } is yours now.
cli-said-noted = Note added to the appeal { $number }.
cli-said-linked = Membership confirmed: appeal { $number }.
cli-said-unlinked = Confirmation taken back: appeal { $number }.
cli-said-stage = Appeal { $number }: { $stage }.
cli-said-edited = Appeal { $number }: topics { $topics }; { $urgency }; assignee { $assignee }.
cli-said-reply = The reply to { $number } is scheduled ({ $id }). To take it back before it leaves: otklik delivery undo { $id }
cli-said-no-appeals = There are no such appeals.
cli-said-no-deliveries = Nothing waits to be sent and nothing failed.
cli-said-delivery-undone = Taken back. The text is a draft again.
cli-said-delivery-scheduled = Scheduled.
cli-said-delivery-dropped = It will not be sent.
cli-said-file = [file { $n }] { $name }, { $kb } KB, { $id }
cli-head-journal = History
cli-head-reply = To: { $to }. This is the { $kind }. Text:
cli-ask-send = Send? [yes/no]
cli-word-nobody = nobody
cli-word-held = held: too many in 10 minutes
cli-word-automatic = automatic
cli-column-due = Response due
cli-column-file-by = File by
cli-column-number = Number
cli-column-stage = Stage
cli-column-assignee = Assignee
cli-column-author = Author
cli-column-member = Member
cli-column-subject = Subject
cli-column-topics = About
cli-column-received = Received
cli-column-link = Linked with
cli-column-state = State
cli-column-kind = What
cli-column-when = When
cli-column-recipient = To
cli-column-id = Id
cli-column-error = Error
cli-column-name = Name

## The first start

cli-first-start = There is no desk yet. You can make one now ({ $desk }), or first look at invented data: otklik demo.
cli-ask-first-start = Make the desk of your organisation now? [yes/no]
cli-ask-organisation = What is your organisation called?
cli-ask-me = What is your name? (as colleagues and authors will see it)
cli-ask-clock = A response within 24 hours: 1 - straight, 2 - outside days off [1]:
cli-ask-mail-in = The Maildir that your server delivers to (empty: later):
cli-ask-address = Your address for appeals, such as appeals@example.org:
cli-ask-mail-out = How to send: smtp://USER@HOST:587, smtps://USER@HOST:465 or a folder:
cli-config-desk = Where the desk is: sqlite:PATH or postgres://…
cli-config-language = Language: ru or en
cli-config-keys = A file with keys of your own (TOML)
cli-config-colour = Colours: mono, 16, 256, truecolor; without this line as the terminal can

## Errors: what happened, what was kept, what to do

error-unknown = It did not work (code { $code }). Your text is kept. Try again; if that fails, tell the administrator the code.
error-kind-usage = It is not written as it should be (code { $code }). Nothing was changed.
error-kind-not-allowed = You are not allowed to do this (code { $code }). Ask the head.
error-kind-not-found = There is no such thing, or you have no access to it (code { $code }).
error-kind-conflict = Not possible now: somebody was faster or the state has changed (code { $code }). Nothing was written.
error-conflict = Somebody changed this while you were looking. Nothing was written. See what changed and decide again.
error-not-found = There is no such thing, or you have no access to it.
error-not-allowed = You are not allowed to do this. Ask the head.
error-invalid = This cannot be written: check what was entered.
error-desk-newer = The program is older than the desk. Your draft is kept. Close the program and start it again after the update.
error-desk-busy = The desk is busy with other work. Nothing is lost. Wait a little and try again.
error-desk-url = The desk address is not written correctly: { $url }. It is sqlite:PATH or postgres://…
error-desk-unreachable = No connection to the database. The draft stays on the screen. Check the network; the program retries by itself.
error-no-desk = There is no desk at { $desk }. Check the address or make one: otklik init.
error-no-delivery = There is no such delivery, or you have no access to it.
error-network-file-system = The desk is on a network drive ({ $kind }), where it is easily damaged. Move it to a disk of this machine or use PostgreSQL.
error-migration = The desk could not be upgraded. The old one is kept in a backup. Tell the administrator.
error-store = The database did not do what was asked. Your draft is kept. Try again; if that fails, tell the administrator.
error-raw-damaged = The stored original of this letter is damaged. The rest is whole. Restore it from a backup.
error-disk-full = The disk is full. Nothing was written. Free some space and try again.
error-newer-message = A new message from the author came in. The reply was not sent, the draft is kept. Read it and send again.
error-already-taken = Another person has already taken this appeal.
error-too-late = It has been sent already: it cannot be undone.
error-channel-refused = The server refused the mail. It is in Outgoing with the reason.
error-not-demo = This works on demo desks only.
error-io = A file could not be read or written ({ $reason }). Check its name, the space on the disk and the rights.
error-internal = An internal error of the program. The draft is kept. Tell the administrator.
error-as-needs-demo = Acting as somebody else works on demo desks only.
error-assignee-out-of-scope = { $name } does not work for this organisation. Choose somebody else.
error-desk-exists = There is a desk at { $desk } already. It was not touched. Choose another address.
error-desk-older = The desk is of an older version. Upgrade it: otklik migrate. A backup is made by itself.
error-desk-read-only = The desk is read-only. Nothing was written. Check the rights of the file or ask the administrator.
error-desk-damaged = The file of the desk is damaged. Nothing was written. Close the program and restore a backup: otklik restore.
error-desk-password = The database refused the name or the password. Check the desk address and the password.
error-interrupted = The act was interrupted. See whether it was written and repeat it if not.
error-journal-damaged = The journal is damaged. Tell the administrator: otklik journal verify shows where.
error-row-damaged = A row of the database is damaged. The rest is whole. Tell the administrator.
error-settings-damaged = The settings are damaged. Tell the administrator.
error-name-empty = A name is needed: it is empty.
error-no-appeal = There is no such appeal, or you have no access to it.
error-no-member = There is no such person in the registry, or you have no access to them.
error-no-staff = There is no such member of staff.
error-not-a-person = Only a person does this, not a program.
error-not-open = The appeal is no longer open ({ $stage }). Reload the list.
error-not-staff = The user { $user } is not set up. Ask the administrator: otklik staff add.
error-stage-not-by-hand = The stage "{ $stage }" is not set by hand: it comes by itself.
error-taken-by-other = The appeal has already been taken by { $name }.
error-text-empty = The text is empty.
error-text-too-long = The text is longer than the limit ({ $limit } bytes). It stays on the screen; attach what is long as a file.
error-unknown-zone = There is no time zone { $zone }. It is, for example, Europe/Moscow.
error-account-address = The account { $account } has no address of ours. The mail was not sent. Tell the administrator.
error-already-gone = The mail has gone already ({ $state }): it cannot be undone.
error-config-syntax = The configuration file has an error in line { $line }.
error-config-unreadable = The configuration file { $file } cannot be read. Check its rights.
error-config-value = The configuration file has a wrong value for "{ $key }".
error-delivery-done = This delivery is already settled ({ $state }).
error-lease-lost = Another running copy of the program does this work already.
error-letter-unbuildable = The letter could not be built: check the address and the subject. The draft is kept.
error-no-account = No account is set up to send from. The mail waits. Tell the administrator.
error-no-address = The author has no mail address. The draft is kept. Telephone, or ask for an address.
error-no-home = There is no home folder (HOME). Name the desk with --desk.
error-now-unreadable = The time "{ $value }" is not understood. It is, for example, 2026-11-16T10:00:00+03:00.
error-journal-key-open = The journal's key can be read by others: { $file }. Nothing is signed with it. Set its rights: chmod 600.
error-journal-key-damaged = The journal's key cannot be read: { $file }. Bring the right file back from a copy.
error-file-exists = There is a file already: { $file }. It was not touched. Choose another name.
error-no-folder = There is no such folder: { $file }. Make it or choose another.
error-file-denied = There is no right to read or write { $file }. Check the rights.
error-no-file = There is no such file: { $file }.
error-archive-unknown = This is not a backup of Otklik: { $file }.
error-archive-damaged = The backup is damaged or was changed: { $file }. Nothing was restored. Take another one.
error-archive-newer = The backup is of a newer version of the desk ({ $desk }) than this program ({ $program }). Nothing was restored. Upgrade the program.
error-desk-not-empty = The database at { $desk } is not empty. It was not touched. A backup is restored into an empty place only.

# What a verification of the journal found.
finding-row-altered = The content of a row was changed.
finding-row-removed = A row or its link was removed from the chain.
finding-row-unlinked = A row stands in no chain.
finding-chain-broken = A chain is broken: rows were recomputed or put in another order.
finding-tail-cut = The newest rows were cut off.
finding-head-altered = The head of a chain was changed.
finding-subject-dropped = The whole chain of a subject was removed.
finding-root-mismatch = The rows that a checkpoint covers are not those that were signed.
finding-row-count = There are more or fewer rows than a checkpoint covers.
finding-signature-wrong = A checkpoint is not signed by the desk's key.
finding-checkpoint-gap = A checkpoint is missing between others.
finding-checkpoint-lost = The file beside the key knows a checkpoint that is no longer here: the newest ones were cut off or an older copy was put in place.
finding-checkpoint-differs = The file beside the key knows this checkpoint otherwise.
finding-key-foreign = The public key of the desk is not that of the key file.
finding-outside-damaged = A line of the file beside the key cannot be read.
finding-value-altered = A stored value is not the one that the journal knows.
finding-value-missing = A stored value was removed.
finding-value-foreign = There is a stored value that the journal knows nothing of.
finding-clock-differs = A stored clock is not what the journal gives.

## Faults of a keymap file

keymap-error-syntax = The keymap cannot be read: { $detail }
keymap-error-layout = Layout { $name }: the sides of a row differ, or a letter stands twice.
keymap-error-unknown-context = [{ $context }]: the program has no such place.
keymap-error-unknown-command = [{ $context }] { $command }: there is no such command.
keymap-error-shape = [{ $context }] { $command }: a key or a list of keys is needed.
keymap-error-unknown-key = [{ $context }] { $command }: there is no key "{ $key }".
keymap-error-not-latin = [{ $context }] { $command }: write the Latin letter of the same key instead of "{ $key }".
keymap-error-moves = [{ $context }] { $command }: "{ $key }" cannot be bound, since its key moves between layouts.
keymap-error-indistinct = [{ $context }] { $command }: a terminal cannot tell "{ $key }" from { $same }.
keymap-error-text = [{ $context }] { $command }: "{ $key }" types a letter there.
keymap-error-conflict = [{ $context }]: "{ $key }" would run both { $command } and { $other }.

## The console: a thread

thread-title = { $number }  { $channel }  { $at }
thread-work = { $stage }; { $urgency }; topic: { $topics }; assignee: { $assignee }
thread-nobody = nobody
thread-no-topic = not named
thread-due = A response is due by { $at }
thread-breached = OVERDUE: a response was due by { $at }
thread-met = Responded { $at }
thread-late = Responded late, { $at }
thread-merits = Answered on the merits { $at }
thread-member-open = { $author }: membership not checked
thread-member-none = { $author }: { $state }
thread-member = { $name }: { $state }; { $organisation }; { $position }; dues: { $dues }
thread-org-stated = Workplace, as stated: { $organisation }
thread-contact = Contact: { $contact }
thread-consent = Name to the employer: { $employer }; to the chair: { $chair }
thread-limitation = Limitation: { $rule }. File by { $file_by }; expires { $expires }, { $days } { $days ->
    [one] day
   *[other] days
} left
thread-limitation-state = Limitation: { $rule }. { $state }
thread-event = Date of the event: { $day }
thread-link = { $kind }: { $number }
link-possible-follow-up = Possibly a follow-up of
thread-message = { $at }  { $sort }  { $who }  ({ $channel })
thread-receipt = notice of receipt
thread-by-program = the program
thread-by-us = us
thread-brief-in = { $at }  { $text }
thread-brief-out = { $at }  { $sort }: { $text }
thread-brief-other = { $at }  { $sort }: { $text }
thread-brief-files = { $line }  [files: { $count }]
thread-no-text = (no text)
thread-quote = [quoted lines: { $count }; unfold: z]
thread-file = File { $n }: { $name }, { $size }
thread-file-not-kept = File { $n }: { $name } (not kept here, only its name came)
thread-delivery = To { $recipient }: { $state }
thread-delivery-at = To { $recipient }: { $state } { $at }
thread-delivery-error = To { $recipient }: { $state }. The server said: { $error }
thread-has-new = There is something new in the thread.
thread-not-refreshed = Could not refresh: this is the earlier state.
size-unknown = size unknown
size-bytes = { $n } B
size-kilobytes = { $n } KB
size-megabytes = { $n } MB

## The console: the list and its boxes

back-at-queue = There is nothing further back. To leave: F10.
queue-searching = Found for "{ $words }". Show all: Esc.
queue-not-refreshed = Could not refresh: this is the earlier state. Try again: Ctrl-R.
pane-empty = The appeal that is chosen in the list opens here.
empty-filter = Nothing matches this selection. Show all: Esc.
empty-outgoing-open = Nothing waits and nothing is stuck. All mail: Tab.
column-delivery-when = When
column-member-card = Card
find-title = Find an appeal
find-placeholder = words, a name or a number
find-hint = Enter: search. An empty line: show all. Esc: back.
choose-topic = Topic (Enter: make it the lead; the lead: take it away)
choose-urgency = Urgency
choose-assignee = Assignee
choose-nobody = nobody
choose-now = now
choose-empty = There is nothing to choose from.
save-title = Save a file
save-entry = { $n }. { $name }
save-folder = Into the folder:
save-hint = Enter: save. A file that has this name already is not overwritten.
palette-title = Find a command
menu-title = What can be done
help-title = Help: what can be done here
help-intro = Letters work by their place on the keyboard: the Cyrillic letter on the key of j does what j does. Close: Esc.
help-entry = { $name }  [{ $keys }]
help-about =    { $about }
help-refused =    Not now: { $why }
copy-hint = Select text with the mouse. Give the frame back: Esc.
paste-cut = Not all was pasted: the text is too long. Attach it as a file.
undo-countdown = The reply goes out in { $seconds } s. Take it back: { $key }
undo-while-waiting = The reply waits to be sent. Take it back: { $key }
history-line = { $at }  { $who }: { $action }
history-line-later = { $at }  { $who }: { $action } (recorded { $recorded })
history-change =    { $field }: { $before } -> { $after }
history-nothing = empty
outgoing-detail = { $recipient }: { $state }. Attempts: { $attempts }. The next not before { $next }
outgoing-error = The server said: { $error }
delivery-reason-held = Held: many automatic letters gathered in a short time. Send: F4. Drop: F8.

## The console: a reply and a note

reply-title = Reply: { $recipient }
reply-title-preview = As { $recipient } will get it. Back to the text: Esc. Send: F8.
reply-title-sending = Sending: { $recipient }…
reply-no-address = no address
reply-placeholder = Write here. The draft saves itself.
reply-kinds = { $response_mark } { $response } Alt-R   { $merits_mark } { $merits } Alt-M
reply-taken = The reply is accepted for sending.
draft-saved = draft saved
draft-saving = saving the draft…
draft-failed = DRAFT NOT SAVED, trying again
draft-kept = The draft is saved. Open it again: F4.
draft-not-saved = The draft is not saved: the data cannot be reached. Trying again; do not close the program.
draft-discarded = The draft is erased.
note-title = A note to { $number }: only colleagues see it
note-placeholder = What you found out, what was agreed, what to check.
note-hint = F8: add. Esc: back.
note-adding = Adding…
note-added = The note is added.

## The console: membership

card-author = Author: { $author }
card-linked = Confirmed: { $name }, { $state }
card-not-linked = Not confirmed: { $state }
card-look-up = Find:
members-placeholder = a name, a telephone, a mail address or a card number
member-line-who = { $name }, born { $birth }; in the registry { $source }; card { $card }
member-line-work = { $organisation }; { $position }
member-line-status = { $status } ({ $text }); joined { $joined }; dues: { $dues }
member-line-contact = Telephone { $phone }; mail { $email }
facts-for = For: { $facts }
facts-against = Against: { $facts }
fact-name = name
fact-phone = telephone
fact-email = mail address
fact-card = card number
fact-organisation = organisation
fact-typo = with a typing error
fact-layout = typed in the other layout
fact-translit = in Latin letters

## The console: questions

choice-back = Back
choice-close = I see
choice-yes = Yes
choice-confirm = The same person, confirm
choice-discard = Erase
choice-drop = Do not send
choice-leave = Leave
choice-stay = Stay
choice-wait = Wait, then leave
choice-read-on = Read, do not send
choice-send-anyway = Send anyway
choice-retry = Send again
choice-unlink = Withdraw
dialog-failure = It did not work
newer-title = Not sent: something new came in
newer-body = While you were writing, something new came into the appeal. The draft is saved.
newer-from = { $at }, { $from }:
discard-draft-title = Erase the draft?
discard-draft-body = The text of the reply will be lost and cannot be brought back.
discard-note-title = Erase the note?
discard-note-body = The note is not added yet: its text will be lost.
spam-title = Is this spam?
spam-body = { $number } leaves the queue, and the response clock stops. It can be brought back from the tab "Closed".
thanks-title = Is this thanks?
thanks-body = { $number } leaves the queue, and the response clock stops. It can be brought back from the tab "Closed".
drop-delivery-title = Not send it?
drop-delivery-body = The letter to { $recipient } will not go out. Its text stays in the thread.
retry-unknown-title = Send again?
retry-unknown-body = Nobody knows whether the letter reached { $recipient }: the connection broke at the last moment. Sent again, it may arrive twice.
leave-title = Leaving
leave-body = Letters not sent yet: { $count }. If you leave now, they go out when the program is opened again or the service runs.
leaving-body = Waiting for the letters to go. Left: { $count }. The program closes by itself.
quit-unsaved-title = Leave and lose what you wrote?
quit-unsaved-body = A draft or a note is not recorded yet. If you leave now, the last words are lost.
confirm-title = The same person?
confirm-author = The author says:
confirm-member = The registry says:
not-member-title = Not a member?
not-member-body = It will be recorded for { $number } that the author is not a member. The response clock does not change.
unlink-title = Withdraw the confirmation?
unlink-body = { $name }: the link to { $number } will be withdrawn. The history keeps it.
done-taken = The appeal is yours now.
done-edited = Changed.
done-stage = The stage is changed.
done-undone = Not sent: the text is a draft again.
done-retry = It will be sent again.
done-dropped = It will not be sent.
done-confirmed = The membership is confirmed.
done-unlinked = The confirmation is withdrawn.
done-member-state = Recorded.
done-saved = Saved: { $path }

## The console: why not now

why-not-here = this is done elsewhere
why-no-appeal = no appeal is chosen
why-loading = it is still loading
why-already-yours = it is yours already
why-not-open = the appeal is closed
why-not-new = it is sorted already
why-already-so = it is so already
why-no-address = the author has no mail address
why-no-files = there are no files
why-no-quotes = there are no quotes
why-nothing-to-undo = nothing to take back: all has gone
why-no-delivery = no letter is chosen
why-cannot-retry = it is not stuck
why-cannot-drop = it has gone already
why-no-candidate = nobody is chosen
why-already-linked = this person is confirmed already
why-not-linked = there is no confirmation
why-other-linked = a member is confirmed; withdraw the confirmation first
why-reply-empty = the reply is empty
why-note-empty = the note is empty
why-note-open = add or erase the note first
why-sending = it is being sent already
why-no-staff = there is no staff
error-now-needs-demo = OTKLIK_NOW works on demo desks only. Nothing was done. Unset the variable.
error-needs-yes = There is nobody to ask: a terminal or --yes is needed. Nothing was done.
error-declined = Not confirmed. Nothing was done.
error-nothing-to-edit = Nothing to change was named: --topic, --urgency or --assignee.
error-init-missing = { $flag } is missing. Nothing was made.
error-password-file-mode = Others can read the password file { $file }. Do this: chmod 600
error-since-unreadable = This is no day: { $value }. For example: 2026-11-01
error-folder-not-made = The folder { $folder } could not be made. Check its name and the rights.
error-file-unreadable = The file { $file } could not be read. Check its name and the rights.
error-file-too-large = The file { $file } is too large.
error-file-not-utf8 = The file { $file } is not UTF-8. Save it in that encoding.
