# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Response codes: HTTP status (3), service (2), case (2)."""

#: English as in the standard's table, and what it says in Indonesian.
CASES = {
    (200, "00"): ("Successful", "Sukses"),
    (202, "00"): ("Request In Progress", "Sedang diproses"),
    (400, "00"): ("Bad Request", "Permintaan tidak valid"),
    (400, "01"): ("Invalid Field Format", "Format data salah"),
    (400, "02"): ("Invalid Mandatory Field", "Data wajib tidak ada"),
    (401, "00"): ("Unauthorized.", "Tidak berwenang"),
    (401, "01"): ("Invalid Token (B2B)", "Token tidak valid"),
    (401, "02"): ("Invalid Customer Token", "Token nasabah tidak valid"),
    (401, "03"): ("Token Not Found (B2B)", "Token tidak ditemukan"),
    (401, "04"): ("Customer Token Not Found", "Token nasabah tidak ditemukan"),
    (403, "00"): ("Transaction Expired", "Transaksi kedaluwarsa"),
    (403, "01"): ("Feature Not Allowed", "Fitur tidak diizinkan"),
    (403, "02"): ("Exceeds Transaction Amount Limit", "Melebihi batas nominal"),
    (403, "03"): ("Suspected Fraud", "Diduga penipuan"),
    (403, "04"): ("Activity Count Limit Exceeded", "Melebihi batas frekuensi"),
    (403, "05"): ("Do Not Honor", "Transaksi ditolak"),
    (403, "06"): ("Feature Not Allowed At This Time", "Fitur sedang ditutup"),
    (403, "07"): ("Card Blocked", "Kartu diblokir"),
    (403, "08"): ("Card Expired", "Kartu kedaluwarsa"),
    (403, "09"): ("Dormant Account", "Rekening tidak aktif"),
    (403, "10"): ("Need To Set Token Limit", "Batas token belum diatur"),
    (403, "11"): ("OTP Blocked", "OTP diblokir"),
    (403, "12"): ("OTP Lifetime Expired", "OTP kedaluwarsa"),
    (403, "13"): ("OTP Sent To Cardholder", "OTP dikirim"),
    (403, "14"): ("Insufficient Funds", "Saldo tidak cukup"),
    (403, "15"): ("Transaction Not Permitted", "Transaksi tidak diizinkan"),
    (403, "16"): ("Suspend Transaction", "Transaksi ditangguhkan"),
    (403, "17"): ("Token Limit Exceeded", "Melebihi batas token"),
    (403, "18"): ("Inactive Card/Account/Customer", "Nasabah tidak aktif"),
    (403, "19"): ("Merchant Blacklisted", "Merchant masuk daftar hitam"),
    (403, "20"): ("Merchant Limit Exceed", "Melebihi batas merchant"),
    (403, "21"): ("Set Limit Not Allowed", "Batas tidak boleh diatur"),
    (403, "22"): ("Token Limit Invalid", "Batas token tidak valid"),
    (403, "23"): ("Account Limit Exceed", "Melebihi batas rekening"),
    (404, "00"): ("Invalid Transaction Status", "Status transaksi salah"),
    (404, "01"): ("Transaction Not Found", "Transaksi tidak ditemukan"),
    (404, "02"): ("Invalid Routing", "Rute salah"),
    (404, "03"): ("Bank Not Supported By Switch", "Bank tidak didukung"),
    (404, "04"): ("Transaction Cancelled", "Transaksi dibatalkan"),
    (404, "05"): ("Merchant Is Not Registered", "Merchant belum terdaftar"),
    (404, "06"): ("Need To Request OTP", "Perlu meminta OTP"),
    (404, "07"): ("Journey Not Found", "Proses tidak ditemukan"),
    (404, "08"): ("Invalid Merchant", "Merchant tidak valid"),
    (404, "09"): ("No Issuer", "Penerbit tidak ada"),
    (404, "10"): ("Invalid API Transition", "Urutan API salah"),
    (404, "11"): ("Invalid Card/Account/Customer/Virtual Account", "Nomor tidak valid"),
    (404, "12"): ("Invalid Bill/Virtual Account", "Tagihan tidak ditemukan"),
    (404, "13"): ("Invalid Amount", "Nominal tidak sesuai"),
    (404, "14"): ("Paid Bill", "Tagihan sudah lunas"),
    (404, "15"): ("Invalid OTP", "OTP salah"),
    (404, "16"): ("Partner Not Found", "Mitra tidak ditemukan"),
    (404, "17"): ("Invalid Terminal", "Terminal tidak valid"),
    (404, "18"): ("Inconsistent Request", "Permintaan tidak konsisten"),
    (404, "19"): ("Invalid Bill/Virtual Account", "Tagihan kedaluwarsa"),
    (405, "00"): ("Requested Function Is Not Supported", "Fungsi tidak didukung"),
    (405, "01"): ("Requested Operation Is Not Allowed", "Operasi tidak diizinkan"),
    (409, "00"): ("Conflict", "Nomor permintaan sudah dipakai"),
    (409, "01"): ("Duplicate partnerReferenceNo", "Nomor referensi sudah dipakai"),
    (429, "00"): ("Too Many Requests", "Terlalu banyak permintaan"),
    (500, "00"): ("General Error", "Kesalahan umum"),
    (500, "01"): ("Internal Server Error", "Kesalahan sistem"),
    (500, "02"): ("External Server Error", "Kesalahan sistem luar"),
    (504, "00"): ("Timeout", "Waktu habis"),
}
#: How the standard writes what a refusal is about.
_DETAILS = {(400, "01"): " {%s}", (400, "02"): " {%s}"}


class Refusal(Exception):
    """A request that is not accepted, in the words of the standard.

    :param detail: the field it is about, or the reason
    :param verdict: of the inbox, where it is kept
    :param status: what an inquiry or payment comes to: ``00`` done before, ``01`` no
    """

    def __init__(self, http, case, detail="", verdict="refused", status="01"):
        super().__init__(http, case, detail)
        self.http, self.case, self.detail = http, case, detail
        self.verdict, self.status = verdict, status

    def code(self, service: str) -> str:
        """Return the response code at a service."""
        return compose(self.http, service, self.case)


def compose(http: int, service: str, case: str) -> str:
    """Return a response code: ``404``, ``25``, ``12`` is ``4042512``."""
    return f"{http:03d}{service}{case}"


def split(code) -> tuple[int, str, str]:
    """Return HTTP status, service and case of a code; banks send numbers as well.

    :raise ValueError: if it is none
    """
    text = str(code or "")
    if len(text) != 7 or not text.isdigit():
        raise ValueError(f"{text!r} is no response code")
    return int(text[:3]), text[3:5], text[5:]


def http_status(code: str) -> int:
    """Return the HTTP status that goes with a response code."""
    return split(code)[0]


def describe(code: str, detail: str = "") -> str:
    """Return the responseMessage, in English, with the field or reason."""
    http, _service, case = split(code)
    text = CASES.get((http, case), (f"Error {code}", ""))[0]
    if detail:
        text += _DETAILS.get((http, case), " [%s]") % detail
    return text[:150]


def reasons(code: str, detail: str = "") -> dict[str, str]:
    """Return the reason in both languages; to some banks an empty one is a failure."""
    http, _service, case = split(code)
    if http == 200:
        return {"english": "Success", "indonesia": "Sukses"}
    english, indonesian = CASES.get((http, case), ("Failed", "Gagal"))
    tail = f" {detail}" if detail else ""
    return {
        "english": (english + tail)[:64],
        "indonesia": (indonesian + tail)[:64],
    }


def is_success(code) -> bool:
    """Return whether a bank did what it was asked."""
    return str(code or "")[:3] == "200"


def is_unknown(code) -> bool:
    """Return whether a bank may or may not have done it: ask for the status."""
    return str(code or "")[:3] in ("", "202", "500", "504")


def is_token_refused(status: int, code) -> bool:
    """Return whether a new access token is what it takes."""
    if status != 401:
        return False
    return not code or str(code)[5:] in ("01", "03")
