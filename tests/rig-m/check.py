"""A second opinion on money: what clients saw, what the portal did, what the receiver of webhooks was told, what the
database says. Standard library only.

Shares no code with the gateway on purpose: it reads five files of JSON lines in the folder it is given and prints one
line of JSON.

history.jsonl  what each client was answered: ok, fail, or info where nobody knows
portal.jsonl   the portal's own books: the truth about money
reconciliation.jsonl  two comparisons of the day with the portal's file, after everything came to rest
webhooks.jsonl what the receiver was told, after a line with the secret it tests signatures with
rows.jsonl     every row of the gateway's database: {"table": ..., "row": ...}

lost         an acknowledged payment, refund, notification or webhook that is gone, an event nobody is told, or money at the portal that is not known here
double       money taken twice for one obligation, or two things where one was asked for
unexplained  whatever contradicts something else, or comes from nowhere
"""

import base64
import hashlib
import hmac
import json
import os
import sys
from collections import defaultdict

LIVE_OR_PAID = {"submitting", "awaiting_payer", "in_doubt", "cancelling", "paid", "mismatch"}
PAID_HERE = {"paid", "partially_refunded", "refunded"}
# What the portal may say of an attempt that is in this state here, after everything came to rest.
AGREES = {
    "awaiting_payer": {"open", "bank_pending"},
    "cancelling": {"open", "bank_pending"},
    "in_doubt": {"open", "bank_pending", "absent"},
    "submitting": {"open", "bank_pending", "absent"},
    "paid": {"paid"},
    "mismatch": {"paid"},
    "failed": {"failed", "absent"},
    "expired": {"failed"},
    "cancelled": {"failed", "absent"},
}
# A look that is overdue by more than this is one nobody will make: two sweeps and the work they order.
OVERDUE_MS = 150_000
SHOWN_PER_KIND = 5


class Findings:
    def __init__(self):
        self.counts = {"lost": 0, "double": 0, "unexplained": 0}
        self.shown = defaultdict(list)

    def add(self, kind, what, detail, count=1):
        self.counts[kind] += count
        if len(self.shown[(kind, what)]) < SHOWN_PER_KIND:
            self.shown[(kind, what)].append(f"{kind}: {what}: {detail}")

    def lines(self):
        return [line for lines in self.shown.values() for line in lines]


def read_lines(path):
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        for line in file:
            # A line torn by a sudden death was never answered to anybody.
            if line.endswith("\n"):
                yield json.loads(line)


class Portal:
    """The portal's books, added up."""

    def __init__(self, path, findings):
        self.transactions = {}
        self.refunds = {}
        self.acknowledged = set()
        for line in read_lines(path):
            effect = line["effect"]
            if effect == "opened":
                if line["reference"] in self.transactions:
                    findings.add("double", "two transactions under one reference", line["reference"])
                self.transactions[line["reference"]] = {"amount": line["amount"], "standing": "open", "id": line["transactionId"]}
            elif effect in ("paid", "failed", "bank_pending"):
                self.transactions[line["reference"]]["standing"] = effect
            elif effect == "refund":
                self.refunds[line["refundReference"]] = line
            elif effect == "acknowledged":
                self.acknowledged.add((line["reference"], line["resultCode"]))

    def standing(self, reference):
        found = self.transactions.get(reference)
        return "absent" if found is None else found["standing"]

    def refunded(self, reference):
        return sum(r["amount"] for r in self.refunds.values() if r["reference"] == reference and r["standing"] != "FAILED")


class Books:
    """The gateway's rows, by what they are about. The audit chain is checked while it is read: it is long."""

    def __init__(self, path, findings):
        self.at_ms = 0
        self.payments, self.attempts, self.refunds, self.keys = {}, {}, {}, {}
        self.lines, self.events = defaultdict(list), defaultdict(list)
        self.notifications = []
        self.bills = {}
        self.told_events, self.deliveries, self.endpoints = {}, [], []
        self.postings, self.entries, self.journal_faults = {}, defaultdict(list), []
        self.chains = {}
        self.counts = defaultdict(int)
        for entry in read_lines(path):
            table, row = entry["table"], entry["row"]
            self.counts[table] += 1
            if table == "meta":
                self.at_ms = row["at_ms"]
            elif table == "payments":
                self.payments[row["id"]] = row
            elif table == "payment_attempts":
                self.attempts[row["id"]] = row
            elif table == "payment_lines":
                self.lines[row["payment_id"]].append(row)
            elif table == "payment_events":
                self.events[row["payment_id"]].append(row)
            elif table == "portal_notifications":
                self.notifications.append(row)
            elif table == "refunds":
                self.refunds[row["refund_reference"]] = row
            elif table == "idempotency_keys":
                self.keys[(row["path"], row["key"])] = row
            elif table == "portal_bills":
                self.bills[row["attempt_id"]] = row
            elif table == "events":
                self.told_events[row["id"]] = row
            elif table == "webhook_deliveries":
                self.deliveries.append(row)
            elif table == "webhook_endpoints":
                self.endpoints.append(row)
            elif table == "journal_postings":
                self.postings[row["position"]] = row
            elif table == "journal_entries":
                self.entries[row["posting"]].append(row)
            elif table == "journal_faults":
                self.journal_faults.append(row)
            elif table == "audit_entries":
                self.follow_chain(row, findings)
        self.attempts_of = defaultdict(list)
        for attempt in self.attempts.values():
            self.attempts_of[attempt["payment_id"]].append(attempt)
        self.by_reference = {a["portal_reference"]: a for a in self.attempts.values()}

    def follow_chain(self, row, findings):
        writer = row["writer"]
        sequence, tip = self.chains.get(writer, (0, hashlib.sha256(writer.encode()).digest()))
        leaf = hashlib.sha256(b"\x00" + row["leaf"].encode()).digest()
        chained = hashlib.sha256(tip + leaf).digest()
        if row["writer_seq"] != sequence + 1:
            findings.add("unexplained", "a gap in the audit chain", f"{writer} {sequence} -> {row['writer_seq']}")
        elif octets(row["leaf_hash"]) != leaf or octets(row["chain_hash"]) != chained or octets(row["prev_hash"]) != tip:
            findings.add("unexplained", "an audit entry that does not hash", row["id"])
        self.chains[writer] = (row["writer_seq"], octets(row["chain_hash"]))


def octets(text):
    return bytes.fromhex(text.removeprefix("\\x"))


def obligation_of(line):
    return f"{line['dossier_code']}/{line['code']}/{line['instalment']}"


def check_money(portal, books, findings):
    """Every transaction at the portal against the attempt here, and the other way round."""
    paid_for = defaultdict(list)
    for reference, transaction in portal.transactions.items():
        attempt = books.by_reference.get(reference)
        if attempt is None:
            kind = "lost" if transaction["standing"] == "paid" else "unexplained"
            findings.add(kind, "a transaction nobody here knows", f"{reference} {transaction['standing']}")
            continue
        payment = books.payments[attempt["payment_id"]]
        if transaction["standing"] == "paid":
            if attempt["state"] not in ("paid", "mismatch"):
                findings.add("lost", "paid at the portal, not here", f"{payment['id']} is {attempt['state']}")
            if portal.refunded(reference) < transaction["amount"]:
                for line in books.lines[payment["id"]]:
                    paid_for[obligation_of(line)].append(reference)
        if transaction["amount"] != int(payment["amount_dong"]):
            findings.add("unexplained", "amounts differ", f"{payment['id']} {payment['amount_dong']} {transaction['amount']}")
    for obligation, references in paid_for.items():
        if len(references) > 1:
            findings.add("double", "one obligation paid more than once", f"{obligation} {references}", len(references) - 1)

    waiting = 0
    for attempt in books.attempts.values():
        state, reference = attempt["state"], attempt["portal_reference"]
        standing = portal.standing(reference)
        # Paid there and not here is told above, as lost.
        if standing not in AGREES[state] and standing != "paid":
            findings.add("unexplained", "the attempt contradicts the portal", f"{attempt['id']} {state}, there {standing}")
        if state == "paid" and standing == "paid" and attempt["portal_transaction_id"] != portal.transactions[reference]["id"]:
            findings.add("unexplained", "paid by another transaction", attempt["id"])
        if state in ("submitting", "in_doubt"):
            waiting += 1
            due = attempt["due_at_ms"]
            if due is None or due < books.at_ms - OVERDUE_MS:
                findings.add("unexplained", "in doubt, and nobody will ask", f"{attempt['id']} {state} due {due}")
    return waiting


def check_refunds(portal, books, findings):
    for reference, transaction in portal.transactions.items():
        if portal.refunded(reference) > transaction["amount"]:
            findings.add("double", "more refunded than paid", reference)
    for refund_reference, there in portal.refunds.items():
        here = books.refunds.get(refund_reference)
        if here is None:
            findings.add("unexplained", "a refund nobody here asked for", refund_reference)
        elif int(here["amount_dong"]) != there["amount"]:
            findings.add("unexplained", "a refund's amounts differ", refund_reference)
        elif there["standing"] == "FAILED" and here["state"] in ("accepted", "completed"):
            findings.add("unexplained", "a refund the portal refused is accepted here", here["id"])
        elif there["standing"] == "SUCCESS" and here["state"] == "rejected":
            findings.add("lost", "a refund was made and is rejected here", here["id"])
    for here in books.refunds.values():
        if here["state"] in ("accepted", "completed") and here["refund_reference"] not in portal.refunds:
            findings.add("unexplained", "a refund the portal never saw", here["id"])


def check_journal(portal, books, findings):
    """Added up here: what the portal took and did not give back is what the journal says of each payment, wherever it lies."""
    balances = defaultdict(lambda: defaultdict(int))
    for position, posting in books.postings.items():
        entries = books.entries[position]
        if len(entries) < 2 or sum(int(entry["dong"]) for entry in entries) != 0:
            findings.add("unexplained", "a posting that does not sum to zero", f"{posting['payment_id']} {posting['kind']}")
        for entry in entries:
            balances[posting["payment_id"]][entry["account"]] += int(entry["dong"])
    undecided = {r["payment_id"] for r in books.refunds.values() if r["state"] in ("submitting", "in_doubt")}
    for payment in books.payments.values():
        name, attempts = payment["id"], books.attempts_of[payment["id"]]
        # What is not settled here is not posted yet, and what is paid there alone is told above.
        paid = [attempt for attempt in attempts if portal.standing(attempt["portal_reference"]) == "paid"]
        if name in undecided or any(attempt["state"] not in ("paid", "mismatch") for attempt in paid):
            continue
        references = [attempt["portal_reference"] for attempt in paid]
        there = sum(portal.transactions[reference]["amount"] - portal.refunded(reference) for reference in references)
        here = sum(balances[name][account] for account in ("portal_clearing", "beneficiary", "suspense"))
        if here != there:
            findings.add("unexplained", "the journal differs from the portal", f"{name} {here}, there {there}")
    for fault in books.journal_faults:
        findings.add("unexplained", "a fault of the journal", f"{fault['payment_id']} {fault['fault']} {fault['detail']}")


def check_stories(books, findings):
    """Each payment by itself: lines, state, and its events without a gap."""
    held = defaultdict(set)
    references = defaultdict(set)
    for payment in books.payments.values():
        name, lines, attempts = payment["id"], books.lines[payment["id"]], books.attempts_of[payment["id"]]
        references[(payment["tenant_id"], payment["reference"])].add(name)
        if not lines or not attempts:
            findings.add("unexplained", "half a payment", name)
            continue
        if sum(int(line["amount_dong"]) for line in lines) != int(payment["amount_dong"]):
            findings.add("unexplained", "lines do not add up", name)
        for line in lines:
            if line["holds"]:
                held[(payment["tenant_id"], obligation_of(line))].add(name)
        if sum(attempt["state"] in LIVE_OR_PAID for attempt in attempts) > 1:
            findings.add("double", "two live attempts of one payment", name)
        check_state(payment, max(attempts, key=lambda attempt: attempt["number"]), findings)
        check_events(payment, attempts, books.events[name], findings)
    for obligation, names in held.items():
        if len(names) > 1:
            findings.add("double", "one obligation held by two payments", f"{obligation} {sorted(names)}")
    for reference, names in references.items():
        if len(names) > 1:
            findings.add("double", "one reference, two payments", f"{reference} {sorted(names)}")


def check_state(payment, newest, findings):
    shown = "in_doubt" if newest["state"] == "cancelling" else newest["state"]
    allowed = PAID_HERE if shown == "paid" else {shown}
    if payment["state"] not in allowed:
        findings.add("unexplained", "state of payment and attempt differ", f"{payment['id']} {payment['state']} {newest['state']}")


def check_events(payment, attempts, events, findings):
    name = payment["id"]
    events = sorted(events, key=lambda event: event["sequence"])
    if [event["sequence"] for event in events] != list(range(1, payment["sequence"] + 1)):
        findings.add("unexplained", "a gap in the events", f"{name} {[event['sequence'] for event in events]} of {payment['sequence']}")
    told = {}
    for event in events:
        attempt = event["attempt_id"]
        if event["from_state"] != told.get(attempt):
            findings.add("unexplained", "an event does not follow the one before", f"{name} {event['sequence']}")
        told[attempt] = event["to_state"]
    for attempt in attempts:
        if told.get(attempt["id"]) != attempt["state"]:
            findings.add("unexplained", "the events tell another state", f"{attempt['id']} {told.get(attempt['id'])} {attempt['state']}")


def check_notifications(portal, books, findings):
    kept = set()
    for row in books.notifications:
        message = json.loads(octets(row["raw"]))
        kept.add((message["MaThamChieu"], message["MaLoi"]))
        if message["MaThamChieu"] != row["reference"]:
            findings.add("unexplained", "a notification filed under another reference", row["id"])
        if row["settled_at_ms"] is None:
            findings.add("unexplained", "a notification nobody looked into", row["id"])
    for reference, code in portal.acknowledged - kept:
        findings.add("lost", "an acknowledged notification", f"{reference} {code}")


def check_bills(books, findings):
    """The commit that makes an attempt paid owes it the portal's bill; who is owed one is not forgotten.

    Bills stand in line behind everything else, so one may wait for as long as the line moves and nobody overtakes it.
    """
    kept = [row for row in books.bills.values() if row["state"] == "kept"]
    is_moving = any(row["fetched_at_ms"] > books.at_ms - OVERDUE_MS for row in kept)
    # Those that came at the first look say how far the line has come: the others had a later turn.
    come_to_ms = max((row["wanted_at_ms"] for row in kept if row["tries"] == 1), default=0)
    for attempt in books.attempts.values():
        if attempt["state"] == "paid" and attempt["id"] not in books.bills:
            findings.add("lost", "a bill that nobody owes", attempt["id"])
    for row in books.bills.values():
        if not any(event["to_state"] == "paid" for event in books.events[row["payment_id"]]):
            findings.add("unexplained", "a bill of what was never paid", row["attempt_id"])
        if row["state"] == "wanted" and row["due_at_ms"] < books.at_ms - OVERDUE_MS:
            if not is_moving or come_to_ms > row["due_at_ms"] + OVERDUE_MS:
                findings.add("unexplained", "a bill nobody will fetch", row["attempt_id"])


def check_reconciliation(comparisons, findings):
    """What the first comparison healed or could not ask about, the second finds in order."""
    for line in comparisons:
        if line["state"] != "done":
            findings.add("unexplained", "a comparison that came to no end", f"{line['date']} {line['state']}")
        elif line["cycle"] == 2 and line["healed"] + line["unasked"] > 0:
            findings.add("unexplained", "reconciliation comes to no rest", f"{line['date']} {line}")


class Receiver:
    """What the receiver was told, by event. Heard and not answered counts as told by accident, never as delivered."""

    def __init__(self, path, findings):
        self.heard, self.answered = {}, set()
        key = None
        for line in read_lines(path):
            if "secret" in line:
                key = base64.b64decode(line["secret"].removeprefix("whsec_"))
                continue
            event = json.loads(line["body"])
            content = f"{line['id']}.{line['timestamp']}.{line['body']}".encode()
            signature = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
            if signature not in line["signature"].split(" "):
                findings.add("unexplained", "a webhook whose signature is wrong", line["id"])
            if event["id"] != line["id"]:
                findings.add("unexplained", "a webhook under another event's id", line["id"])
            if self.heard.setdefault(event["id"], event) != event:
                findings.add("unexplained", "one event was told in two ways", event["id"])
            if line["isAnswered"]:
                self.answered.add(event["id"])


def check_webhooks(receiver, books, findings):
    """Every event is owed to the endpoint, whatever is called delivered arrived, and what arrived is true."""
    owed = {(row["endpoint_id"], row["event_id"]) for row in books.deliveries}
    for endpoint in books.endpoints:
        for event in books.told_events.values():
            if event["created_at_ms"] > endpoint["created_at_ms"] and (endpoint["id"], event["id"]) not in owed:
                findings.add("lost", "an event nobody is told", event["id"])
    for row in books.deliveries:
        name = row["event_id"]
        if row["state"] == "delivered" and name not in receiver.answered:
            findings.add("lost", "a webhook that is called delivered", name)
        if row["state"] == "dead":
            findings.add("lost", "a webhook that was given up", name)
        if row["state"] == "pending" and row["due_at_ms"] < books.at_ms - OVERDUE_MS:
            findings.add("unexplained", "a webhook nobody will send", name)
    stories = {event["id"]: event for events in books.events.values() for event in events}
    for name, event in books.told_events.items():
        if event["subject"].startswith("pay_") and name not in stories:
            findings.add("unexplained", "an event of no payment's story", name)
    for name in stories.keys() - books.told_events.keys():
        findings.add("lost", "a step of a payment that is no event", name)
    for name, told in receiver.heard.items():
        event, story = books.told_events.get(name), stories.get(name)
        if event is None:
            findings.add("unexplained", "a webhook about an event that is not there", name)
        elif told["type"] != event["type"] or (story and (told["sequence"], told["data"]["id"]) != (story["sequence"], story["payment_id"])):
            findings.add("unexplained", "a webhook that tells another story", name)


def check_clients(history, portal, books, findings):
    """What was promised to clients against what stands."""
    acknowledged, answers, known_references = {}, {}, set()
    for call in history:
        op, outcome, payment = call["op"], call["outcome"], call.get("payment")
        if op == "create":
            known_references.add(call["reference"])
        if outcome == "fail":
            check_refusal(call, books, findings)
        if outcome != "ok":
            continue
        row = books.payments.get(payment)
        if row is None:
            findings.add("lost", "a payment that was answered", f"{op} {payment}")
            continue
        if op == "create":
            check_created(call, row, acknowledged, findings)
        if op in ("create", "attempt", "cancel", "refund"):
            first = answers.setdefault((payment, op, call["key"]), call["bytes"])
            if first != call["bytes"]:
                findings.add("unexplained", "one key was answered differently", f"{call['key']} {payment}")
        if op in ("create", "attempt") and call.get("portalReference") not in books.by_reference:
            findings.add("lost", "an attempt that was answered", f"{payment} {call.get('portalReference')}")
        if op == "refund" and not any(refund["id"] == call["refund"] for refund in books.refunds.values()):
            findings.add("lost", "a refund that was answered", call["refund"])
        if call.get("state") in PAID_HERE and op != "refund" and row["state"] not in PAID_HERE:
            findings.add("lost", "a client was told it is paid", f"{payment} is {row['state']}")
        if call.get("state") in ("failed", "expired", "cancelled") and portal.standing(call["portalReference"]) in ("open", "absent"):
            findings.add("unexplained", "a client was told of a failure the portal does not know", payment)
    for payment in books.payments.values():
        if payment["reference"] not in known_references:
            findings.add("unexplained", "a payment nobody ordered", payment["id"])
    for (path, key), row in books.keys.items():
        if row["resource_id"] is not None and row["resource_id"].startswith("pay_") and row["resource_id"] not in books.payments:
            findings.add("lost", "a key names a payment that is not there", f"{path} {key}")
    return len(set(acknowledged.values()))


def check_created(call, row, acknowledged, findings):
    if row["reference"] != call["reference"] or int(row["amount_dong"]) != call["amount"]:
        findings.add("unexplained", "a client was answered another order", f"{call['reference']} {row['id']}")
    first = acknowledged.setdefault(call["reference"], call["payment"])
    if first != call["payment"]:
        findings.add("double", "one reference was answered two payments", f"{call['reference']} {first} {call['payment']}")


def check_refusal(call, books, findings):
    """A refusal names what stands in the way, and that must be there."""
    existing = call.get("existing")
    if existing is not None and existing.startswith("pay_") and existing not in books.payments:
        findings.add("lost", "a refusal names a payment that is not there", existing)
    if call.get("code") in ("internal_error", "payment_not_found"):
        findings.add("unexplained", "a refusal that should not be", f"{call['op']} {call.get('payment')} {call['code']}")


def main(folder):
    findings = Findings()
    portal = Portal(os.path.join(folder, "portal.jsonl"), findings)
    books = Books(os.path.join(folder, "rows.jsonl"), findings)
    waiting = check_money(portal, books, findings)
    check_refunds(portal, books, findings)
    check_journal(portal, books, findings)
    check_stories(books, findings)
    check_notifications(portal, books, findings)
    check_bills(books, findings)
    check_reconciliation(read_lines(os.path.join(folder, "reconciliation.jsonl")), findings)
    receiver = Receiver(os.path.join(folder, "webhooks.jsonl"), findings)
    check_webhooks(receiver, books, findings)
    acked = check_clients(read_lines(os.path.join(folder, "history.jsonl")), portal, books, findings)
    paid = sum(t["standing"] == "paid" for t in portal.transactions.values())
    verdict = {"acked": acked, **findings.counts, "waiting": waiting, "paid": paid, "told": len(receiver.answered), "rows": sum(books.counts.values())}
    print(json.dumps({**verdict, "findings": findings.lines()}))


if __name__ == "__main__":
    main(sys.argv[1])
