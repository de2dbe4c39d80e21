"""Who lives in the demo: two mailboxes of the desk, its agents, and the companies that write to them.

All domains are under `.example` (RFC 2606), so no letter of the demo could find a real mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An account of the desk; `language` is that of the letters it sends."""

    address: str
    name: str
    language: str
    folders: tuple[str, ...] = ("Sent", "Junk", "Trash")


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent of the desk besides the person who started the demo."""

    login: str
    name: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Company:
    """A client; `writes_to` is the desk's mailbox its people know."""

    key: str
    name: str
    domain: str
    language: str
    city: str
    writes_to: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of a client and the mail program he writes with (see `letters.PROGRAMS`)."""

    name: str
    address: str
    company: Company
    program: str
    title: str
    phone: str
    woman: bool
    call: str
    """How one addresses him in a letter: first name, in Russian with the patronymic."""

    @property
    def first(self) -> str:
        return self.name.split()[0]

    @property
    def language(self) -> str:
        return self.company.language


SUPPORT = Mailbox("support@northwind.example", "Northwind Support", "en")
HELP = Mailbox("help@severveter.example", "Служба поддержки «Северный ветер»", "ru")
MAILBOXES = (SUPPORT, HELP)

COLLEAGUES = (
    Colleague("mlind", "Maria Lind", "maria.lind@northwind.example", "en"),
    Colleague("tbecker", "Tom Becker", "tom.becker@northwind.example", "en"),
    Colleague("porlov", "Павел Орлов", "p.orlov@severveter.example", "ru"),
    Colleague("kvetrov", "Кирилл Ветров", "k.vetrov@severveter.example", "ru"),
)

# key, name, domain, language, city
_COMPANIES = (
    ("brightwater", "Brightwater Logistics", "brightwater.example", "en", "Bristol"),
    ("calder", "Calder & Finch Solicitors", "calderfinch.example", "en", "Leeds"),
    ("juniper", "Juniper Dental Group", "juniperdental.example", "en", "Cork"),
    ("okafor", "Okafor Instruments", "okafor-instruments.example", "en", "Manchester"),
    ("pinehill", "Pinehill School", "pinehill-school.example", "en", "Exeter"),
    ("tallis", "Tallis Media", "tallis.example", "en", "London"),
    ("uralmet", "ООО «Уралметсервис»", "uralmet.example", "ru", "Екатеринбург"),
    ("volga", "Волжская пекарня", "volga-hleb.example", "ru", "Самара"),
    ("neva", "Клиника «Нева-Мед»", "nevamed.example", "ru", "Санкт-Петербург"),
    ("sibtrans", "СибТрансЛогистика", "sibtrans.example", "ru", "Новосибирск"),
    ("kniga", "Издательство «Белая лестница»", "lestnitsa.example", "ru", "Москва"),
    ("stroy", "СтройКомплект", "stroykomplekt.example", "ru", "Казань"),
)

COMPANIES: dict[str, Company] = {
    key: Company(key, name, domain, language, city, (SUPPORT if language == "en" else HELP).address)
    for key, name, domain, language, city in _COMPANIES
}

# company, name, box, program, title, woman, patronymic; the phone number is made from the row
_PEOPLE = (
    ("brightwater", "Hannah Osei", "hannah.osei", "outlook", "Dispatch Coordinator", True, ""),
    ("brightwater", "Declan Moore", "declan.moore", "iphone", "Depot Manager", False, ""),
    ("brightwater", "Wei Zhang", "wei.zhang", "outlook", "Stock Controller", False, ""),
    ("calder", "Eleanor Finch", "e.finch", "outlook", "Partner", True, ""),
    ("calder", "Martin Hale", "m.hale", "apple", "Office Manager", False, ""),
    ("calder", "Ruth Abara", "r.abara", "outlook", "Paralegal", True, ""),
    ("juniper", "Aoife Brennan", "aoife", "gmail", "Practice Manager", True, ""),
    ("juniper", "Sam Whelan", "sam", "iphone", "Reception", False, ""),
    ("okafor", "Chidi Okafor", "chidi", "gmail", "Managing Director", False, ""),
    ("okafor", "Lena Fischer", "lena.fischer", "thunderbird", "Firmware Engineer", True, ""),
    ("okafor", "Oliver Grant", "oliver.grant", "thunderbird", "Test Engineer", False, ""),
    ("pinehill", "Grace Tolland", "g.tolland", "outlook", "School Secretary", True, ""),
    ("pinehill", "Peter Marsh", "p.marsh", "gmail", "Head of Science", False, ""),
    ("tallis", "Zoe Tallis", "zoe", "apple", "Creative Director", True, ""),
    ("tallis", "Ben Adeyemi", "ben", "apple", "Video Editor", False, ""),
    ("tallis", "Priya Nair", "priya", "gmail", "Accounts", True, ""),
    ("uralmet", "Марина Соколова", "m.sokolova", "outlook", "главный бухгалтер", True, "Сергеевна"),
    ("uralmet", "Игорь Шмелёв", "i.shmelev", "thunderbird", "системный администратор", False, "Андреевич"),
    ("uralmet", "Олег Дроздов", "o.drozdov", "outlook", "начальник склада", False, "Петрович"),
    ("volga", "Татьяна Лапина", "lapina", "mailru", "бухгалтер", True, "Викторовна"),
    ("volga", "Рустам Галеев", "galeev", "iphone", "директор производства", False, "Маратович"),
    ("neva", "Елена Крылова", "krylova", "yandex", "старшая медсестра", True, "Игоревна"),
    ("neva", "Дмитрий Белов", "belov", "yandex", "заведующий отделением", False, "Олегович"),
    ("neva", "Анна Жукова", "zhukova", "mailru", "регистратура", True, "Павловна"),
    ("sibtrans", "Алексей Панин", "a.panin", "outlook", "ведущий логист", False, "Юрьевич"),
    ("sibtrans", "Светлана Ким", "s.kim", "outlook", "специалист по документам", True, "Чеславовна"),
    ("sibtrans", "Егор Ершов", "e.ershov", "gmail", "разработчик", False, "Ильич"),
    ("kniga", "Вера Ланская", "lanskaya", "apple", "редактор", True, "Николаевна"),
    ("kniga", "Константин Рябов", "ryabov", "yandex", "верстальщик", False, "Львович"),
    ("kniga", "Полина Чернова", "chernova", "gmail", "менеджер по авторам", True, "Романовна"),
    ("stroy", "Наталья Фомина", "fomina", "mailru", "менеджер по закупкам", True, "Ивановна"),
    ("stroy", "Ильдар Сафин", "safin", "yandex", "прораб", False, "Рашидович"),
)


def _person(row: tuple[str, str, str, str, str, bool, str], number: int) -> Person:
    key, name, box, program, title, woman, patronymic = row
    company = COMPANIES[key]
    first = name.split()[0]
    if company.language == "ru":
        phone = f"+7 (000) {200 + number * 7}-{10 + number:02}-{90 - number:02}"
        call = f"{first} {patronymic}"
    else:
        phone = f"+44 1632 960{100 + number * 17}"
        call = first
    return Person(name, f"{box}@{company.domain}", company, program, title, phone, woman, call)


PEOPLE: tuple[Person, ...] = tuple(_person(row, number) for number, row in enumerate(_PEOPLE))
BY_ADDRESS: dict[str, Person] = {person.address: person for person in PEOPLE}
OF_AGENTS: frozenset[str] = frozenset(colleague.address for colleague in COLLEAGUES)
