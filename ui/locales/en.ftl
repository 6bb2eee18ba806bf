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

## Errors: what happened, what was kept, what to do

error-unknown = It did not work (code { $code }). Your text is kept. Try again; if that fails, tell the administrator the code.
error-conflict = Somebody changed this while you were looking. Nothing was written. See what changed and decide again.
error-not-found = There is no such thing, or you have no access to it.
error-not-allowed = You are not allowed to do this. Ask the head.
error-invalid = This cannot be written: check what was entered.
error-desk-newer = The program is older than the desk. Your draft is kept. Close the program and start it again after the update.
error-desk-busy = The desk is busy with other work. Nothing is lost. Wait a little and try again.
error-desk-missing = There is no desk at this address. Check the address or make one: otklik init.
error-desk-network = The desk is on a network drive, where it is easily damaged. Move it to a local disk or use PostgreSQL.
error-desk-unreachable = No connection to the database. Your draft is kept on the screen. Check the network; the program retries by itself.
error-disk-full = The disk is full. Nothing was written. Free some space and try again.
error-newer-message = A new message from the author came in. The reply was not sent, the draft is kept. Read it and send again.
error-already-taken = Another person has already taken this appeal.
error-too-late = It has been sent already: it cannot be undone.
error-channel-refused = The server refused the mail. It is in Outgoing with the reason.
error-not-demo = This works on demo desks only.
error-io = A file could not be read or written. Check its name and rights.
error-usage = The command is not written correctly.
error-internal = An internal error of the program. The draft is kept. Tell the administrator.
