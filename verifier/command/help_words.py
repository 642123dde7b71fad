"""What `--help` and wrong usage say, in the four languages."""

from __future__ import annotations

from typing import Final

__all__ = ["HELP_WORDS"]

HELP_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "usage": "usage: ",
        "description": "Tell whether a sealed PDF, or a certificate's QR code, is genuine.",
        "what": "what is to be examined",
        "whom": "whom and what to trust",
        "how": "how it is said",
        "FILE": "FILE.pdf",
        "TEXT": "TEXT",
        "PICTURE": "PICTURE",
        "NUMBER": "NUMBER",
        "FOLDER": "FOLDER",
        "ADDRESS": "URL",
        "ROOTS": "FILE",
        "TIME": "TIME",
        "help_help": "show this and end",
        "help_files": "sealed PDF files, folders of them, patterns such as '*.pdf', "
        "or - for standard input",
        "help_qr": "text of a certificate's QR code, or - for standard input",
        "help_image": "JPEG or PNG picture of a certificate's QR code, or -; may be repeated",
        "help_camera": "look for a QR code with a camera (default: the first one, 0)",
        "help_trust": "folder with the trust list (default: $SYGNET_TRUST, else ./trust)",
        "help_update": "first bring the trust list up to date, from head office or from a folder",
        "help_roots": "certificates (PEM) of authorities by which PDFs of others are judged",
        "help_at": "judge as of this time, ISO 8601 with a zone (default: now)",
        "help_json": "print JSON instead of text",
        "help_explain": "print the steps as they are taken",
        "help_processes": "how many files are examined at a time (default: one per core)",
        "help_language": "language of everything that is said: {languages} "
        "(default: from the environment, else en)",
        "epilogue": """\
exit codes:
  0  genuine: everything that was given
  1  altered: at least one of them
  2  cannot tell: at least one, and none altered
  3  usage: a file, a picture, the camera or the trust list cannot be read

With several inputs, 3 wins over 1, 1 over 2, 2 over 0. With --json, one line of JSON is
printed per input. Nothing is written and no network is used, except by --update-trust.

A QR code given together with files is compared with them: does this paper belong to this
file? Given alone, only the certificate is judged, and the pages were not seen.
""",
        "needs_value": "{option} needs a value",
        "takes_no_value": "{option} takes no value",
        "unknown_option": "there is no option {option}",
        "nothing_named": "name a file, --qr TEXT, --image PICTURE or --camera",
        "input_once": "standard input can be read only once",
        "bad_time": "{option}: {value} is not a time in ISO 8601",
        "no_zone": "{option}: a time needs its zone, as in 2026-03-15T12:00+01:00",
        "bad_count": "{option}: a number from {least} to {most}, not {value}",
        "bad_language": "{option}: one of {languages}, not {value}",
    },
    "pl": {
        "usage": "użycie: ",
        "description": "Mówi, czy opieczętowany PDF lub kod QR certyfikatu jest autentyczny.",
        "what": "co zbadać",
        "whom": "komu i czemu ufać",
        "how": "jak odpowiedzieć",
        "FILE": "PLIK.pdf",
        "TEXT": "TEKST",
        "PICTURE": "OBRAZ",
        "NUMBER": "LICZBA",
        "FOLDER": "KATALOG",
        "ADDRESS": "URL",
        "ROOTS": "PLIK",
        "TIME": "CZAS",
        "help_help": "pokaż tę pomoc i zakończ",
        "help_files": "opieczętowane pliki PDF, katalogi z nimi, wzorce jak '*.pdf' "
        "albo - dla standardowego wejścia",
        "help_qr": "tekst kodu QR certyfikatu albo - dla standardowego wejścia",
        "help_image": "obraz JPEG lub PNG z kodem QR certyfikatu albo -; można powtórzyć",
        "help_camera": "szukaj kodu QR kamerą (domyślnie pierwszą, 0)",
        "help_trust": "katalog z listą zaufania (domyślnie $SYGNET_TRUST, inaczej ./trust)",
        "help_update": "najpierw uaktualnij listę zaufania, z centrali albo z katalogu",
        "help_roots": "certyfikaty (PEM) urzędów, według których ocenia się cudze pliki PDF",
        "help_at": "oceń na ten moment, ISO 8601 ze strefą (domyślnie: teraz)",
        "help_json": "wypisz JSON zamiast tekstu",
        "help_explain": "wypisuj kroki w chwili ich wykonania",
        "help_processes": "ile plików badać naraz (domyślnie: jeden na rdzeń)",
        "help_language": "język wszystkiego, co jest mówione: {languages} "
        "(domyślnie ze środowiska, inaczej en)",
        "epilogue": """\
kody wyjścia:
  0  autentyczne: wszystko, co podano
  1  zmienione: przynajmniej jedno
  2  nie wiadomo: przynajmniej jedno, a żadne nie jest zmienione
  3  użycie: nie da się odczytać pliku, obrazu, kamery lub listy zaufania

Przy kilku wejściach 3 ma pierwszeństwo przed 1, 1 przed 2, 2 przed 0. Z --json na każde
wejście wypisywany jest jeden wiersz JSON. Nic nie jest zapisywane ani pobierane z sieci,
chyba że przez --update-trust.

Kod QR podany razem z plikami jest z nimi porównywany: czy ten papier należy do tego pliku?
Podany sam: ocenia się tylko certyfikat, a stron nikt nie widział.
""",
        "needs_value": "{option} wymaga wartości",
        "takes_no_value": "{option} nie przyjmuje wartości",
        "unknown_option": "nie ma opcji {option}",
        "nothing_named": "podaj plik, --qr TEKST, --image OBRAZ albo --camera",
        "input_once": "standardowe wejście można odczytać tylko raz",
        "bad_time": "{option}: {value} nie jest czasem w ISO 8601",
        "no_zone": "{option}: czas wymaga strefy, np. 2026-03-15T12:00+01:00",
        "bad_count": "{option}: liczba od {least} do {most}, nie {value}",
        "bad_language": "{option}: jeden z {languages}, nie {value}",
    },
    "de": {
        "usage": "Aufruf: ",
        "description": "Sagt, ob eine gesiegelte PDF oder der QR-Code eines Zertifikats echt ist.",
        "what": "was geprüft wird",
        "whom": "wem und was vertraut wird",
        "how": "wie geantwortet wird",
        "FILE": "DATEI.pdf",
        "TEXT": "TEXT",
        "PICTURE": "BILD",
        "NUMBER": "ZAHL",
        "FOLDER": "ORDNER",
        "ADDRESS": "URL",
        "ROOTS": "DATEI",
        "TIME": "ZEIT",
        "help_help": "diese Hilfe zeigen und enden",
        "help_files": "gesiegelte PDF-Dateien, Ordner damit, Muster wie '*.pdf' "
        "oder - für die Standardeingabe",
        "help_qr": "Text des QR-Codes eines Zertifikats oder - für die Standardeingabe",
        "help_image": "Bild (JPEG oder PNG) vom QR-Code eines Zertifikats oder -; wiederholbar",
        "help_camera": "mit einer Kamera nach einem QR-Code suchen (sonst die erste, 0)",
        "help_trust": "Ordner mit der Vertrauensliste (sonst $SYGNET_TRUST, dann ./trust)",
        "help_update": "zuerst die Vertrauensliste erneuern, von der Zentrale oder einem Ordner",
        "help_roots": "Zertifikate (PEM) von Stellen, nach denen fremde PDFs beurteilt werden",
        "help_at": "zu dieser Zeit urteilen, ISO 8601 mit Zone (sonst: jetzt)",
        "help_json": "JSON statt Text ausgeben",
        "help_explain": "die Schritte zeigen, während sie getan werden",
        "help_processes": "wie viele Dateien zugleich geprüft werden (sonst: eine je Kern)",
        "help_language": "Sprache von allem, was gesagt wird: {languages} "
        "(sonst aus der Umgebung, dann en)",
        "epilogue": """\
Rückgabewerte:
  0  echt: alles, was angegeben war
  1  verändert: mindestens eines davon
  2  unklar: mindestens eines, und keines verändert
  3  Aufruf: Datei, Bild, Kamera oder Vertrauensliste sind nicht lesbar

Bei mehreren Eingaben geht 3 vor 1, 1 vor 2, 2 vor 0. Mit --json wird je Eingabe eine Zeile
JSON ausgegeben. Nichts wird geschrieben und kein Netz benutzt, außer durch --update-trust.

Ein QR-Code, der mit Dateien angegeben wird, wird mit ihnen verglichen: gehört dieses Papier
zu dieser Datei? Allein angegeben wird nur das Zertifikat beurteilt; die Seiten sah niemand.
""",
        "needs_value": "{option} braucht einen Wert",
        "takes_no_value": "{option} nimmt keinen Wert",
        "unknown_option": "es gibt keine Option {option}",
        "nothing_named": "nennen Sie eine Datei, --qr TEXT, --image BILD oder --camera",
        "input_once": "die Standardeingabe kann nur einmal gelesen werden",
        "bad_time": "{option}: {value} ist keine Zeit in ISO 8601",
        "no_zone": "{option}: eine Zeit braucht ihre Zone, etwa 2026-03-15T12:00+01:00",
        "bad_count": "{option}: eine Zahl von {least} bis {most}, nicht {value}",
        "bad_language": "{option}: eine von {languages}, nicht {value}",
    },
    "uk": {
        "usage": "використання: ",
        "description": "Каже, чи справжні PDF із печаткою або QR-код сертифіката.",
        "what": "що перевірити",
        "whom": "кому й чому довіряти",
        "how": "як відповісти",
        "FILE": "ФАЙЛ.pdf",
        "TEXT": "ТЕКСТ",
        "PICTURE": "ЗОБРАЖЕННЯ",
        "NUMBER": "ЧИСЛО",
        "FOLDER": "ПАПКА",
        "ADDRESS": "URL",
        "ROOTS": "ФАЙЛ",
        "TIME": "ЧАС",
        "help_help": "показати цю довідку і завершити",
        "help_files": "файли PDF із печаткою, папки з ними, шаблони на кшталт '*.pdf' "
        "або - для стандартного вводу",
        "help_qr": "текст QR-коду сертифіката або - для стандартного вводу",
        "help_image": "зображення JPEG або PNG з QR-кодом сертифіката або -; можна повторювати",
        "help_camera": "шукати QR-код камерою (типово першою, 0)",
        "help_trust": "папка зі списком довіри (типово $SYGNET_TRUST, інакше ./trust)",
        "help_update": "спершу оновити список довіри, з головного офісу або з папки",
        "help_roots": "сертифікати (PEM) органів, за якими оцінюються чужі PDF",
        "help_at": "оцінювати на цей час, ISO 8601 із зоною (типово: зараз)",
        "help_json": "виводити JSON замість тексту",
        "help_explain": "виводити кроки, коли їх зроблено",
        "help_processes": "скільки файлів перевіряти водночас (типово: один на ядро)",
        "help_language": "мова всього, що сказано: {languages} (типово із середовища, інакше en)",
        "epilogue": """\
коди завершення:
  0  справжні: усе, що вказано
  1  змінені: принаймні один
  2  невідомо: принаймні один, і жоден не змінено
  3  використання: не читається файл, зображення, камера або список довіри

Для кількох входів 3 переважає 1, 1 переважає 2, 2 переважає 0. З --json для кожного входу
виводиться один рядок JSON. Нічого не записується, і мережа не потрібна, крім --update-trust.

QR-код, указаний разом із файлами, порівнюється з ними: чи належить цей папір до цього файлу?
Сам код: оцінюється лише сертифікат, а сторінок ніхто не бачив.
""",
        "needs_value": "{option} потребує значення",
        "takes_no_value": "{option} не приймає значення",
        "unknown_option": "немає параметра {option}",
        "nothing_named": "укажіть файл, --qr ТЕКСТ, --image ЗОБРАЖЕННЯ або --camera",
        "input_once": "стандартний ввід можна прочитати лише раз",
        "bad_time": "{option}: {value} не є часом в ISO 8601",
        "no_zone": "{option}: час потребує зони, напр. 2026-03-15T12:00+01:00",
        "bad_count": "{option}: число від {least} до {most}, а не {value}",
        "bad_language": "{option}: одна з {languages}, а не {value}",
    },
}
"""Language code to what is said; help texts start with `help_`, names of values are capitals."""
