# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is in the demo: the same people for the same number and year. No ORM in here.

Nobody in it exists. Indonesia reserves no telephone numbers for fiction; ours are all
of one block at the very beginning of a range, and e-mail addresses end in ``.example``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SEED = "scola"

SMP, SMA, CAMPUS = "smp", "sma", "campus"
SHARES = {SMP: 45, SMA: 45}  # per cent of the students; the campus gets the rest
CLASS_SIZE = 30
SIBLING_SHARE = 0.12  # of the pupils have a brother or sister in the foundation
IMPORT_SIZE = 28

# External identifiers of the grades, in order.
GRADES = {
    SMP: ("grade_7", "grade_8", "grade_9"),
    SMA: ("grade_10", "grade_11", "grade_12"),
    CAMPUS: ("grade_campus_1", "grade_campus_2", "grade_campus_3", "grade_campus_4"),
}
ROMAN = {
    "grade_7": "VII",
    "grade_8": "VIII",
    "grade_9": "IX",
    "grade_10": "X",
    "grade_11": "XI",
    "grade_12": "XII",
}
FIRST_AGE = {SMP: 12, SMA: 15, CAMPUS: 18}
REGULAR, ADVANCED = "REG", "UNG"
PROGRAMMES = {
    SMA: {REGULAR: "Program Reguler", ADVANCED: "Program Unggulan"},
    CAMPUS: {
        "TI": "Teknik Informatika",
        "MNJ": "Manajemen",
        "PGSD": "Pendidikan Guru Sekolah Dasar",
    },
}

MERIT, ORPHAN, STAFF, KIPK = "merit", "orphan", "staff", "kipk"
# Of the students of a school, in per cent.
AID = {
    SMP: {MERIT: 4, ORPHAN: 6, STAFF: 2},
    SMA: {MERIT: 4, ORPHAN: 6, STAFF: 2},
    CAMPUS: {KIPK: 11, MERIT: 3},
}
BUS, INSTALLMENTS, DONATION = "bus", "installments", "donation"
CHOICES = {
    SMP: {BUS: 25, DONATION: 8},
    SMA: {DONATION: 8},
    CAMPUS: {INSTALLMENTS: 20},
}

MALE_NAMES = (
    "Ahmad Aditya Agus Akbar Alif Andi Arif Arya Bagas Bagus Bayu Bima Budi Dafa Daffa"
    " Daniel Dimas Dwi Eka Fadhil Fajar Farhan Fauzan Galih Gilang Hafiz Haris Hendra"
    " Ibrahim Ilham Imam Iqbal Irfan Joko Kevin Krisna Lukman Luthfi Maulana Muhammad"
    " Naufal Nanda Nur Panji Putra Rafi Raihan Rangga Reza Rizky Satria Surya Syahrul"
    " Taufik Teguh Wahyu Wisnu Yoga Yusuf Zaki"
).split()
FEMALE_NAMES = (
    "Aisyah Alya Amelia Anggun Anisa Aulia Ayu Bunga Cahya Cantika Citra Dewi Dian Dina"
    " Dwi Eka Endah Fatimah Fitri Gita Hana Hanifah Indah Intan Jasmine Kartika Khansa"
    " Laila Larasati Lestari Maharani Mawar Melati Mutiara Nabila Nadia Najwa Naura Nia"
    " Nur Putri Rahma Rani Ratna Rina Salma Sari Shinta Siti Sri Syifa Tiara Tri Utami"
    " Vania Wulan Yasmin Yuni Zahra Zalfa"
).split()
SECOND_NAMES = (
    "Adriansyah Alamsyah Anggraini Ardiansyah Aryanto Azzahra Budiman Damayanti"
    " Darmawan Fadillah Firmansyah Gunawan Hakim Handayani Hartono Hasanah Hermawan"
    " Hidayat Hidayatullah Irawan Kurniawan Kusuma Lestari Mahendra Maulida Mulyadi"
    " Nasution Nugraha Nugroho Nurhaliza Oktaviani Permana Permata Pertiwi Pranata"
    " Prasetyo Pratama Purnama Puspita Rahayu Rahman Rahmawati Ramadhan Ramadhani"
    " Safitri Salsabila Santoso Saputra Saputri Saragih Setiawan Siregar Sitompul"
    " Subagyo Sugiarto Suharto Supriyadi Suryani Susanto Syahputra Utomo Wahyuni"
    " Wibowo Wijaya Wulandari Yuliana Yulianto"
).split()
STREETS = (
    "Anggrek Cempaka Cendana Dahlia Diponegoro Flamboyan Kenanga Kartini Mawar Melati"
    " Merdeka Pahlawan Pemuda Sudirman Teratai Veteran"
).split()
# First six digits of a NIK, city and postcode.
DISTRICTS = (
    ("320101", "Kab. Bogor", "16911"),
    ("327105", "Kota Bogor", "16161"),
    ("327601", "Kota Depok", "16431"),
    ("317404", "Jakarta Selatan", "12430"),
    ("327503", "Kota Bekasi", "17111"),
    ("367103", "Kota Tangerang", "15111"),
)
BIRTH_PLACES = (
    "Bogor",
    "Depok",
    "Jakarta",
    "Bekasi",
    "Tangerang",
    "Bandung",
    "Semarang",
)
RELIGIONS = ("islam",) * 16 + ("protestant", "protestant", "catholic", "hindu")


@dataclass(frozen=True)
class Classroom:
    """One class; ``programme`` is a key of PROGRAMMES or None."""

    school: str
    name: str
    grade: str
    programme: str | None = None


@dataclass(frozen=True)
class Guardian:
    """One parent."""

    relation: str
    name: str
    nik: str
    phone: str
    email: str | None


@dataclass(frozen=True)
class Family:
    """One household, known by the number of its family card."""

    card: str
    name: str
    street: str
    city: str
    postcode: str
    guardians: tuple[Guardian, ...]


@dataclass(frozen=True)
class Student:
    """One student, known by NIK; without a family a student pays for themselves."""

    nik: str
    name: str
    gender: str
    birth_place: str
    birth_date: date
    religion: str
    classroom: Classroom
    entry_year: int
    card_number: str
    nis: str | None
    nisn: str
    nim: str | None
    email: str | None
    family: Family | None
    aid: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """Everybody, and the class that arrives later in a file."""

    year: int
    classrooms: tuple[Classroom, ...]
    students: tuple[Student, ...]
    import_classroom: Classroom
    import_students: tuple[Student, ...]

    @property
    def families(self) -> tuple[Family, ...]:
        """Return each family once, in the order of its first child."""
        return tuple(dict.fromkeys(s.family for s in self.students if s.family))


@dataclass(eq=False)
class _Seat:
    """A student in the making: where they sit, with whom they live, what they get."""

    classroom: Classroom
    family: int | None = None
    aid: str | None = None
    choices: list[str] = field(default_factory=list)

    @property
    def grade_index(self) -> int:
        return GRADES[self.classroom.school].index(self.classroom.grade)

    @property
    def age(self) -> int:
        return FIRST_AGE[self.classroom.school] + self.grade_index


def generate(count: int, year: int) -> Population:
    """Return ``count`` students; the academic year begins in July of ``year``."""
    rng = Random(f"{SEED}/{count}/{year}")
    seats = [seat for school in GRADES for seat in _make_seats(school, count, year)]
    _assign_aid(rng, seats)
    _assign_families(rng, seats)
    classrooms = tuple(dict.fromkeys(seat.classroom for seat in seats))
    in_seven = [room for room in classrooms if room.grade == "grade_7"]
    guest_room = Classroom(SMP, f"VII {_letters(len(in_seven))}", "grade_7")
    guests = [_Seat(guest_room, family=index) for index in range(IMPORT_SIZE)]
    return Population(
        year,
        classrooms,
        tuple(_People(rng, year, serial=0).make(seats)),
        guest_room,
        tuple(_People(rng, year, serial=50_000).make(guests)),
    )


def _count_students(count: int) -> dict[str, int]:
    counts = {school: round(count * share / 100) for school, share in SHARES.items()}
    return {**counts, CAMPUS: count - sum(counts.values())}


def _make_seats(school: str, count: int, year: int) -> Iterator[_Seat]:
    total = _count_students(count)[school]
    for index, grade in enumerate(GRADES[school]):
        seats = _part(total, len(GRADES[school]), index)
        rooms = list(_make_classrooms(school, grade, seats, year - index))
        for number, room in enumerate(rooms):
            for _seat in range(_part(seats, len(rooms), number)):
                yield _Seat(room)


def _part(total: int, parts: int, index: int) -> int:
    """Return the size of one of ``parts`` parts of nearly the same size."""
    return total // parts + (index < total % parts)


def _letters(number: int) -> str:
    """Return A to Z, then AA to AZ and so on."""
    more, last = divmod(number, 26)
    return (_letters(more - 1) if more else "") + chr(ord("A") + last)


def _make_classrooms(
    school: str, grade: str, seats: int, intake: int
) -> Iterator[Classroom]:
    needed = max(1, -(-seats // CLASS_SIZE))
    if school == SMP:
        for number in range(needed):
            yield Classroom(school, f"{ROMAN[grade]} {_letters(number)}", grade)
    elif school == SMA:
        needed = max(2, needed)
        for number in range(1, needed):
            yield Classroom(school, f"{ROMAN[grade]}-{number}", grade, REGULAR)
        yield Classroom(school, f"{ROMAN[grade]} Unggulan", grade, ADVANCED)
    else:
        for code in PROGRAMMES[school]:
            yield Classroom(school, f"{code} {intake}", grade, code)


def _assign_aid(rng: Random, seats: list[_Seat]) -> None:
    """Spread scholarships and choices: the shares of the school, at least one each."""
    for school in GRADES:
        own = [seat for seat in seats if seat.classroom.school == school]
        free = list(own)
        rng.shuffle(free)
        for aid, share in AID[school].items():
            for _seat in range(max(1, round(len(own) * share / 100))):
                if free:
                    free.pop().aid = aid
        for choice, share in CHOICES[school].items():
            wanted = max(1, round(len(own) * share / 100))
            for seat in rng.sample(own, min(wanted, len(own))):
                seat.choices.append(choice)


def _assign_families(rng: Random, seats: list[_Seat]) -> None:
    """Give the seats the number of their family, siblings the same one.

    The first family has a child in each of the two schools. Orphans have no siblings
    here, and who gets KIP-K pays for themselves.
    """
    pupils = [
        seat
        for seat in seats
        if seat.classroom.school != CAMPUS and seat.aid not in (ORPHAN, STAFF)
    ]
    rng.shuffle(pupils)
    number = 0
    for group in _sibling_groups(pupils, len(seats)):
        for seat in group:
            seat.family = number
        number += 1
    for seat in seats:
        alone = seat.classroom.school == CAMPUS and (
            seat.aid == KIPK or rng.random() < 0.4
        )
        if seat.family is None and not alone:
            seat.family = number
            number += 1


def _sibling_groups(pupils: list[_Seat], count: int) -> Iterator[list[_Seat]]:
    """Yield groups of two, now and then three, children of different ages."""
    waiting = list(pupils)
    plain = [seat for seat in waiting if seat.aid is None]
    first = [
        next(seat for seat in plain if seat.classroom.school == school)
        for school in (SMP, SMA)
    ]
    yield first
    waiting = [seat for seat in waiting if seat not in first]
    left = round(SIBLING_SHARE * sum(SHARES.values()) * count / 100) - len(first)
    groups = 1
    while left >= 2:
        size = 3 if left == 3 or (groups % 7 == 3 and left >= 5) else 2
        group: list[_Seat] = []
        for seat in waiting:
            if len(group) < size and seat.age not in [other.age for other in group]:
                group.append(seat)
        waiting = [seat for seat in waiting if seat not in group]
        left -= len(group)
        groups += 1
        yield group


class _People:
    """Makes persons with numbers that nobody else has."""

    def __init__(self, rng: Random, year: int, serial: int):
        self.rng = rng
        self.year = year
        self.base = serial
        self.serial = serial
        self.phones = 2 * serial
        self.niks: set[str] = set()
        self.names: set[str] = set()

    def make(self, seats: list[_Seat]) -> Iterator[Student]:
        """Yield the students of ``seats``, siblings with the same family."""
        homes: dict[int, list[_Seat]] = {}
        for seat in seats:
            if seat.family is not None:
                homes.setdefault(seat.family, []).append(seat)
        families: dict[int, Family] = {}
        for seat in seats:
            if seat.family is not None and seat.family not in families:
                families[seat.family] = self._make_family(homes[seat.family])
            yield self._make_student(seat, families.get(seat.family))

    def _make_family(self, children: list[_Seat]) -> Family:
        district = self.rng.choice(DISTRICTS)
        eldest = self.year - max(seat.age for seat in children)
        relations = ["father", "mother"]
        if any(seat.aid == ORPHAN for seat in children):
            relations = ["mother"]
        surname = self.rng.choice(SECOND_NAMES)
        guardians = tuple(
            self._make_guardian(relation, surname, district, eldest)
            for relation in relations
        )
        self.serial += 1
        issued = self._random_day(self.year - 10, self.year - 1)
        return Family(
            card=f"{district[0]}{issued:%d%m%y}{self.serial % 10_000:04d}",
            name=f"Keluarga {guardians[0].name}",
            street=f"Jl. {self.rng.choice(STREETS)} No. {self.rng.randint(1, 180)}",
            city=district[1],
            postcode=district[2],
            guardians=guardians,
        )

    def _make_guardian(self, relation, surname, district, eldest) -> Guardian:
        gender = "male" if relation == "father" else "female"
        first = self._first_name(gender)
        name = f"{first} {surname if gender == 'male' else self._second_name()}"
        born = self._random_day(eldest - 36, eldest - 24)
        phone = f"+62812{self.phones:08d}"
        self.phones += 1
        has_email = self.rng.random() < 0.6
        user = f"{name.lower().replace(' ', '.')}{self.phones}"
        return Guardian(
            relation,
            name,
            self._nik(district[0], born, gender),
            phone,
            f"{user}@keluarga.example" if has_email else None,
        )

    def _make_student(self, seat: _Seat, family: Family | None) -> Student:
        gender = self.rng.choice(("male", "female"))
        entry = self.year - seat.grade_index
        first_day = date(self.year - seat.age - 1, 7, 1)
        born = first_day + timedelta(days=self.rng.randint(0, 364))
        district = self.rng.choice(DISTRICTS)[0]
        school = seat.classroom.school
        self.serial += 1
        name = self._student_name(gender)
        on_campus = school == CAMPUS
        return Student(
            nik=self._nik(district, born, gender),
            name=name,
            gender=gender,
            birth_place=self.rng.choice(BIRTH_PLACES),
            birth_date=born,
            religion="islam" if school == SMP else self.rng.choice(RELIGIONS),
            classroom=seat.classroom,
            entry_year=entry,
            card_number=f"{4_200_000_000 + self.serial * 7919}",
            nis=None if on_campus else f"{entry % 100:02d}{self.serial:05d}",
            nisn=f"0{born:%y}{self.serial:07d}",
            nim=f"{entry}{self.serial:05d}" if on_campus else None,
            email=f"{self.serial}@mahasiswa.example" if on_campus else None,
            family=family,
            aid=seat.aid,
            choices=tuple(seat.choices),
        )

    def _student_name(self, gender: str) -> str:
        """Return a name that no other student has, with a third part where needed."""
        name = f"{self._first_name(gender)} {self._second_name()}"
        while name in self.names:
            name = f"{name} {self._second_name()}"
        self.names.add(name)
        return name

    def _first_name(self, gender: str) -> str:
        return self.rng.choice(MALE_NAMES if gender == "male" else FEMALE_NAMES)

    def _second_name(self) -> str:
        return self.rng.choice(SECOND_NAMES)

    def _random_day(self, first_year: int, last_year: int) -> date:
        start = date(first_year, 1, 1)
        days = (date(last_year + 1, 1, 1) - start).days
        return start + timedelta(days=self.rng.randrange(days))

    def _nik(self, district: str, born: date, gender: str) -> str:
        """Return a NIK: district, date of birth (a woman's day plus 40), serial."""
        day = born.day + (40 if gender == "female" else 0)
        for serial in range(1 + self.base // 10, 10_000):
            nik = f"{district}{day:02d}{born:%m%y}{serial:04d}"
            if nik not in self.niks:
                self.niks.add(nik)
                return nik
        raise ValueError(f"no NIK is left for {born}")
