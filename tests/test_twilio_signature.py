"""Whose call it is: our verification against the vendor's own validator, and every odd input refused without a stumble."""

from dataclasses import replace
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from conversations.channels import Call, CallRefused
from handlers.twilio import signature
from tests.vendors.twilio_cases import HOOK, PUBLIC, account, channel
from tests.vendors.twilio_signing import FORM, SID, TOKEN, Fields, Pairs, sign, signed_headers, signed_json

OTHER = "f" * 32
LINE = channel("whatsapp")
# What a form may hold: every letter but lone surrogates, which no encoder writes.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FIELDS = st.lists(st.tuples(WORDS, WORDS), max_size=8)
HOSTS = st.sampled_from(
    [
        "https://wasl.example.org",
        "https://wasl.example.org:443",
        "https://wasl.example.org:8443",
        "http://localhost:8000",
    ]
)
QUERIES = st.sampled_from(["", "?a=1", "?a=1&a=2&b=", "?q=%D8%A7"])


def form_call(fields: Fields, url: str = HOOK, token: str = TOKEN) -> Call:
    return Call(url, signed_headers(url, fields, token), urlencode(list(fields)).encode())


def status(call: Call) -> int:
    """What the line says to the call: 200, or the status of the refusal; anything else it raises fails the test."""
    try:
        LINE.authentic(call)
        LINE.read(call)
    except CallRefused as refused:
        return refused.status
    return 200


def believed(call: Call) -> bool:
    """Whether our verification takes the call; another refusal than 403 fails the test."""
    try:
        signature.verify(call, (TOKEN,))
    except CallRefused as refused:
        return bool({403: False}[refused.status])
    return True


MESSAGE = [("MessageSid", "SM1"), ("From", "whatsapp:+966501234567"), ("Body", "hi"), ("AccountSid", SID)]


@settings(max_examples=150, deadline=None)
@given(host=HOSTS, query=QUERIES, fields=FIELDS)
@example(host=PUBLIC, query="", fields=[])
@example(host=PUBLIC, query="", fields=[("A", "1"), ("A", "1"), ("ButtonText", "")])
def test_what_the_vendor_signs_is_believed(host: str, query: str, fields: Fields) -> None:
    call = form_call(fields, f"{host}/webhooks/labas/twilio{query}")
    assert RequestValidator(TOKEN).validate(call.url, Pairs(fields), call.headers["x-twilio-signature"])
    signature.verify(call, (TOKEN,))


@settings(max_examples=150, deadline=None)
@given(host=HOSTS, signed=FIELDS, sent=FIELDS, token=st.sampled_from([TOKEN, OTHER]), path=st.sampled_from(["", "/x"]))
def test_we_and_the_vendors_library_are_of_one_mind(
    host: str, signed: Fields, sent: Fields, token: str, path: str
) -> None:
    url = f"{host}/webhooks/labas/twilio"
    given_signature = sign(url + path, signed, token)
    theirs = RequestValidator(TOKEN).validate(url, Pairs(sent), given_signature)
    call = Call(url, {"content-type": FORM, "x-twilio-signature": given_signature}, urlencode(sent).encode())
    assert believed(call) == theirs


@settings(max_examples=150, deadline=None)
@given(body=st.text(st.sampled_from("ab=&+%048CDEF;~ "), max_size=60))
@example(body="a=%D8%A7&&=&b&c=1=2&d=%&e=%zz+%2B&a=%ED%A0%80")
def test_forms_are_parsed_as_the_standard_library_does(body: str) -> None:
    wanted = parse_qsl(body, keep_blank_values=True, errors="surrogateescape")
    found = signature.fields(body.encode())
    assert [tuple(each.decode("utf-8", "surrogateescape") for each in pair) for pair in found] == wanted


@settings(max_examples=150, deadline=None)
@given(
    body=st.binary(max_size=300),
    query=st.text(max_size=40),
    headers=st.dictionaries(
        st.sampled_from(["content-type", "x-twilio-signature", "host", "x-forwarded-host"]), st.text(max_size=40)
    ),
)
def test_no_input_makes_it_stumble(body: bytes, query: str, headers: dict[str, str]) -> None:
    assert status(Call(f"{HOOK}?{query}", headers, body)) in (403, 413)


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=300))
def test_an_authentic_call_of_any_content_is_answered(raw: bytes) -> None:
    """Even who knows the token makes nothing stumble."""
    fields = signature.fields(raw)
    text = HOOK.encode() + b"".join(name + value for name, value in sorted(set(fields)))
    headers = {"content-type": FORM, "x-twilio-signature": signature._sign(TOKEN, text).decode()}
    assert status(Call(HOOK, headers, raw)) in (200, 400, 403)


@settings(max_examples=150, deadline=None)
@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(
                "MessageSid From WaId ExternalUserId Body NumMedia MediaUrl0 MediaContentType0 MessageType Latitude "
                "Longitude Label OptOutType ButtonPayload ListId MessageStatus ErrorCode SmsStatus".split()
            ),
            WORDS
            | st.sampled_from(["1", "9" * 5000, "١", "whatsapp:", "whatsapp:+966501234567", "https://[", "x" * 99]),
        ),
        max_size=12,
    ),
    token=st.sampled_from(["", "/status/abc", "/status/%F0%9F"]),
)
def test_odd_values_in_known_fields_are_answered(fields: Fields, token: str) -> None:
    assert status(form_call(fields, HOOK + token)) in (200, 400)


# 19. No signature, a forged one, a wrong token, another account's.
@pytest.mark.parametrize("given_signature", [None, "", "forged", "خطأ", "\udcff", "a" * 100_000])
def test_without_the_signature_it_is_refused(given_signature: str | None) -> None:
    call = form_call(MESSAGE)
    headers = {"content-type": FORM} if given_signature is None else {**call.headers, signature.HEADER: given_signature}
    assert status(replace(call, headers=headers)) == 403


def test_a_wrong_token_is_refused() -> None:
    assert status(form_call(MESSAGE, token=OTHER)) == 403


@pytest.mark.parametrize("sids", [["AC" + "9" * 32], [SID, "AC" + "9" * 32], [""]])
def test_another_account_is_refused(sids: list[str]) -> None:
    assert status(form_call([*MESSAGE[:3], *(("AccountSid", sid) for sid in sids)])) == 403


def test_one_changed_byte_is_refused() -> None:
    call = form_call(MESSAGE)
    assert status(call) == 200
    for at in range(len(call.body)):
        changed = bytearray(call.body)
        changed[at] ^= 1
        if signature.fields(bytes(changed)) != signature.fields(call.body):
            assert status(replace(call, body=bytes(changed))) == 403


# 20. The configured public URL alone counts, with and without its port.
@pytest.mark.parametrize("signed", [HOOK, HOOK.replace("example.org", "example.org:443")])
def test_the_public_url_counts_with_and_without_its_port(signed: str) -> None:
    headers = {**signed_headers(signed, MESSAGE), "host": "10.0.0.7:8000", "x-forwarded-proto": "http"}
    assert status(Call(HOOK, headers, urlencode(MESSAGE).encode())) == 200


@pytest.mark.parametrize("signed", [HOOK.replace("https", "http"), HOOK.replace("example.org", "evil.example.org")])
def test_another_address_does_not_count_whatever_the_headers_say(signed: str) -> None:
    headers = {**signed_headers(signed, MESSAGE), "host": "evil.example.org", "x-forwarded-host": "evil.example.org"}
    assert status(Call(HOOK, headers, urlencode(MESSAGE).encode())) == 403


# 21. JSON at the form's door.
def test_json_is_refused_as_such_where_it_is_authentic() -> None:
    url, headers, raw = signed_json(HOOK, {"Body": "hi"})
    assert status(Call(url, headers, raw)) == 415


@pytest.mark.parametrize("type_", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_a_signed_form_under_another_name_is_refused_as_such(type_: str) -> None:
    call = form_call(MESSAGE)
    assert status(replace(call, headers={**call.headers, "content-type": type_})) == 415


@pytest.mark.parametrize(
    "type_", ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-URLEncoded"]
)
def test_a_form_is_a_form_with_its_parameters(type_: str) -> None:
    call = form_call(MESSAGE)
    assert status(replace(call, headers={**call.headers, "content-type": type_})) == 200


# 22. The hash of a JSON body.
BODY = b'{"Body": "hi"}'
GOOD = sha256(BODY).hexdigest()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?bodySHA256=",
        "?bodySHA256=" + "0" * 64,
        f"?bodySHA256={GOOD}&bodySHA256={GOOD}",
        "?bodySHA256=%D8%A7",
        "?bodysha256=" + GOOD,
    ],
    ids=["absent", "empty", "mismatched", "doubled", "odd", "in other letters"],
)
def test_json_without_its_hash_is_refused(query: str) -> None:
    """Also where the URL itself is rightly signed: the library takes any JSON body for a call without fields."""
    url = HOOK + query
    headers = {"content-type": "application/json", "x-twilio-signature": sign(url)}
    assert status(Call(url, headers, BODY)) == 403


def test_a_hash_in_the_url_of_a_form_changes_nothing() -> None:
    assert status(form_call(MESSAGE, f"{HOOK}?bodySHA256={GOOD}")) == 200


# 23. Blank and repeated parameters; 24. unknown ones.
def test_blank_repeated_and_unknown_parameters_are_signed_too() -> None:
    more = [("ButtonText", ""), ("A", "1"), ("A", "1"), ("A", "2"), ("a", "1"), ("Überraschung", "نعم & لا=؟+ %")]
    call = form_call([*MESSAGE, *more])
    assert status(call) == 200
    assert status(replace(call, body=call.body.replace(b"&ButtonText=", b""))) == 403


# 25. The signature has no time: a repeated call is authentic, and its id is the same.
def test_a_replayed_call_brings_the_same_id() -> None:
    call = form_call(MESSAGE)
    assert [LINE.read(call).inbounds[0].id for _ in range(2)] == ["SM1", "SM1"]


# 37. Bodies and forms beyond measure are refused before they are parsed.
@pytest.mark.parametrize("body", [b"a" * 1_000_001, b"&" * 1_000, b"a=1&" * 1_001], ids=["bytes", "marks", "fields"])
def test_too_much_is_refused(body: bytes) -> None:
    assert status(Call(HOOK, signed_headers(HOOK, parse_qsl(body.decode())), body)) == 413


def test_a_thousand_fields_are_not_too_many() -> None:
    more = [(f"Name{at}", "1") for at in range(1_000 - len(MESSAGE))]
    assert status(form_call([*MESSAGE, *more])) == 200


# While a token is rotated, the old and the new one both sign.
def test_every_token_verifies_and_the_first_sends() -> None:
    rotating = account(tokens=(OTHER, TOKEN))
    for token in (OTHER, TOKEN):
        signature.verify(form_call(MESSAGE, token=token), rotating.tokens)
    assert rotating.login == (SID, OTHER)


@pytest.mark.parametrize("tokens", [(), ("",), (TOKEN, ""), (f"{TOKEN},{OTHER}",), (" ",)])
def test_without_a_token_the_account_does_not_open(tokens: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="auth token"):
        account(tokens=tokens)


def test_without_its_sid_or_with_an_underscore_the_account_does_not_open() -> None:
    with pytest.raises(ValueError, match="SID"):
        account(sid="")
    with pytest.raises(ValueError, match="underscore"):
        account(public_url="https://wasl_bot.example.org")


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(account()) and TOKEN not in repr(LINE)
