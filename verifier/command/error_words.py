"""What cannot be used, and what to do, in the languages besides English.

In English an error speaks for itself, with its details. Here each code has a sentence and a next
step; the name of the file stands before them anyway.
"""

from __future__ import annotations

from typing import Final

from verifier.errors import VerifierError

__all__ = ["ERROR_WORDS", "said_error"]

_PL: Final = {
    "file_unreadable": ("Nie da się odczytać tego pliku.", "Sprawdź jego nazwę i prawo odczytu."),
    "not_a_plain_file": (
        "To jest potok lub urządzenie, którego czytanie może się nie skończyć.",
        "Podaj plik, a to, co daje potok, na standardowym wejściu: nazwij je -.",
    ),
    "file_changed": (
        "Plik zmieniono w trakcie badania.",
        "Poczekaj, aż nikt go nie zapisuje, i zbadaj ponownie.",
    ),
    "nothing_there": ("Nie ma tu pliku PDF.", "Podaj plik PDF, katalog z nimi albo wzorzec."),
    "examination_ended": (
        "Badanie tego pliku przerwano: być może potrzebuje za dużo pamięci.",
        "Zbadaj go osobno, na komputerze z większą pamięcią.",
    ),
    "camera_missing": ("Nie da się otworzyć kamery.", "Podłącz kamerę albo podaj --image."),
    "camera_lost": ("Kamera nie daje obrazu.", "Podłącz ją ponownie."),
    "no_code_seen": ("Kamera nie widziała kodu QR.", "Trzymaj kod nieruchomo, duży, w świetle."),
    "trust_address": (
        "Z takiego adresu nie da się pobrać listy zaufania.",
        "Podaj adres https:// centrali albo katalog z metadata/ i targets/.",
    ),
    "trust_root_missing": (
        "W katalogu nie ma root.json: bez niego niczemu nie można ufać.",
        "Włóż tam root.json, który dała organizacja.",
    ),
    "trust_unreachable": ("Nie udało się pobrać listy zaufania.", "Spróbuj później."),
    "trust_rollback": (
        "Oferowana lista zaufania jest starsza niż posiadana.",
        "Posiadana lista zostaje; spróbuj później.",
    ),
    "trust_frozen": (
        "Oferowana lista zaufania straciła ważność: nowsze są zatrzymywane.",
        "Posiadana lista zostaje; spróbuj później.",
    ),
    "trust_not_signed": (
        "Oferowana lista zaufania nie jest podpisana przez organizację.",
        "Posiadana lista zostaje; zapytaj organizację.",
    ),
    "trust_missing": ("Repozytorium nie ma listy zaufania.", "Zapytaj organizację."),
    "trust_not_stored": ("Nowej listy nie udało się zapisać.", "Uruchom aktualizację ponownie."),
    "trust_files_missing": (
        "Lista zaufania jest niepełna: brakuje pliku.",
        "Podaj katalog, w którym jest pięć jej plików.",
    ),
    "trust_too_large": ("Plik listy zaufania jest za duży.", "Pobierz listę ponownie."),
    "trust_signature": (
        "Podpisy listy zaufania nie wystarczają.",
        "Pobierz listę ponownie z centrali.",
    ),
    "trust_mismatch": (
        "Pliki listy zaufania nie pasują do siebie.",
        "Pobierz listę ponownie z centrali.",
    ),
    "trust_metadata": (
        "Plik listy zaufania jest niezrozumiały.",
        "Pobierz listę ponownie z centrali.",
    ),
    "trust_list_form": (
        "Lista zaufania jest uszkodzona lub innego rodzaju.",
        "Pobierz listę ponownie z centrali.",
    ),
    "trust_list_too_large": ("Lista zaufania jest za duża.", "Pobierz listę ponownie z centrali."),
    "trust_key_kind": ("Lista zaufania ma klucz innego rodzaju.", "Zapytaj organizację."),
    "roots_form": (
        "Nie da się użyć tych certyfikatów głównych.",
        "Podaj plik PEM lub DER z certyfikatami urzędów, którym ufasz.",
    ),
    "not_a_picture": ("To nie jest obraz JPEG ani PNG.", "Zrób zdjęcie ponownie."),
    "picture_too_large": ("Plik obrazu jest za duży.", "Zapisz go jako mniejszy JPEG."),
    "too_many_pixels": ("Obraz ma za dużo pikseli.", "Zapisz go z mniejszą ich liczbą."),
    "broken_picture": ("Obraz jest uszkodzony.", "Zrób zdjęcie ponownie."),
    "pictures_not_installed": (
        "Zainstalowano bez części, która czyta obrazy.",
        "Zainstaluj ją: pip install 'sygnet-verifier[pictures]'.",
    ),
}
_DE: Final = {
    "file_unreadable": (
        "Diese Datei ist nicht lesbar.",
        "Prüfen Sie ihren Namen und ob Sie sie lesen dürfen.",
    ),
    "not_a_plain_file": (
        "Das ist eine Pipe oder ein Gerät, deren Lesen vielleicht nie endet.",
        "Nennen Sie eine Datei; was eine Pipe enthält, geben Sie als Standardeingabe: -.",
    ),
    "file_changed": (
        "Die Datei wurde während der Prüfung geändert.",
        "Warten Sie, bis niemand mehr in sie schreibt, und prüfen Sie erneut.",
    ),
    "nothing_there": ("Hier ist keine PDF-Datei.", "Nennen Sie eine, einen Ordner, ein Muster."),
    "examination_ended": (
        "Die Prüfung dieser Datei brach ab: vielleicht braucht sie zu viel Speicher.",
        "Prüfen Sie sie einzeln, auf einem Rechner mit mehr Speicher.",
    ),
    "camera_missing": (
        "Die Kamera lässt sich nicht öffnen.",
        "Schließen Sie eine an, oder nehmen Sie --image.",
    ),
    "camera_lost": ("Die Kamera liefert keine Bilder.", "Schließen Sie sie neu an."),
    "no_code_seen": (
        "Die Kamera sah keinen QR-Code.",
        "Halten Sie den Code ruhig, groß und bei gutem Licht.",
    ),
    "trust_address": (
        "Von solch einer Adresse lässt sich die Vertrauensliste nicht holen.",
        "Nennen Sie die https://-Adresse der Zentrale oder einen Ordner mit der Liste.",
    ),
    "trust_root_missing": (
        "Im Ordner fehlt root.json: ohne sie ist nichts vertrauenswürdig.",
        "Legen Sie die root.json hinein, die die Organisation Ihnen gab.",
    ),
    "trust_unreachable": (
        "Die Vertrauensliste ließ sich nicht holen.",
        "Versuchen Sie es später.",
    ),
    "trust_rollback": (
        "Die angebotene Vertrauensliste ist älter als die vorhandene.",
        "Die vorhandene bleibt; versuchen Sie es später.",
    ),
    "trust_frozen": (
        "Die angebotene Vertrauensliste ist abgelaufen: neuere werden zurückgehalten.",
        "Die vorhandene bleibt; versuchen Sie es später.",
    ),
    "trust_not_signed": (
        "Die angebotene Vertrauensliste ist nicht von der Organisation signiert.",
        "Die vorhandene bleibt; fragen Sie die Organisation.",
    ),
    "trust_missing": ("Es gibt dort keine Vertrauensliste.", "Fragen Sie die Organisation."),
    "trust_not_stored": (
        "Die neue Liste ließ sich nicht speichern.",
        "Starten Sie die Erneuerung noch einmal.",
    ),
    "trust_files_missing": (
        "Die Vertrauensliste ist unvollständig: eine Datei fehlt.",
        "Nennen Sie den Ordner mit ihren fünf Dateien.",
    ),
    "trust_too_large": (
        "Eine Datei der Vertrauensliste ist zu groß.",
        "Holen Sie die Liste neu.",
    ),
    "trust_signature": (
        "Die Signaturen der Vertrauensliste genügen nicht.",
        "Holen Sie die Liste neu von der Zentrale.",
    ),
    "trust_mismatch": (
        "Die Dateien der Vertrauensliste passen nicht zusammen.",
        "Holen Sie die Liste neu von der Zentrale.",
    ),
    "trust_metadata": (
        "Eine Datei der Vertrauensliste ist unverständlich.",
        "Holen Sie die Liste neu von der Zentrale.",
    ),
    "trust_list_form": (
        "Die Vertrauensliste ist beschädigt oder von anderer Art.",
        "Holen Sie die Liste neu von der Zentrale.",
    ),
    "trust_list_too_large": (
        "Die Vertrauensliste ist zu groß.",
        "Holen Sie die Liste neu von der Zentrale.",
    ),
    "trust_key_kind": (
        "Die Vertrauensliste hat einen Schlüssel anderer Art.",
        "Fragen Sie die Organisation.",
    ),
    "roots_form": (
        "Diese Wurzelzertifikate sind nicht brauchbar.",
        "Nennen Sie eine Datei (PEM oder DER) mit Zertifikaten, denen Sie vertrauen.",
    ),
    "not_a_picture": ("Das ist weder JPEG noch PNG.", "Nehmen Sie das Bild neu auf."),
    "picture_too_large": ("Die Bilddatei ist zu groß.", "Speichern Sie sie als kleineres JPEG."),
    "too_many_pixels": ("Das Bild hat zu viele Pixel.", "Speichern Sie es mit weniger."),
    "broken_picture": ("Das Bild ist beschädigt.", "Nehmen Sie es neu auf."),
    "pictures_not_installed": (
        "Ohne den Teil installiert, der Bilder liest.",
        "Installieren Sie ihn: pip install 'sygnet-verifier[pictures]'.",
    ),
}
_UK: Final = {
    "file_unreadable": (
        "Цей файл не читається.",
        "Перевірте його назву й чи маєте право його читати.",
    ),
    "not_a_plain_file": (
        "Це канал або пристрій, читання якого може не закінчитися.",
        "Назвіть файл, а вміст каналу подайте на стандартне введення: назвіть його -.",
    ),
    "file_changed": (
        "Файл змінили під час перевірки.",
        "Зачекайте, доки в нього не перестануть писати, і перевірте знову.",
    ),
    "nothing_there": ("Тут немає файлу PDF.", "Укажіть файл PDF, папку з ними або шаблон."),
    "examination_ended": (
        "Перевірка цього файлу обірвалася: можливо, йому треба забагато пам'яті.",
        "Перевірте його окремо, на комп'ютері з більшою пам'яттю.",
    ),
    "camera_missing": ("Камера не відкривається.", "Під'єднайте камеру або вкажіть --image."),
    "camera_lost": ("Камера не дає зображення.", "Під'єднайте її знову."),
    "no_code_seen": ("Камера не бачила QR-коду.", "Тримайте код нерухомо, великим, на світлі."),
    "trust_address": (
        "З такої адреси список довіри не отримати.",
        "Укажіть адресу https:// головного офісу або папку з metadata/ і targets/.",
    ),
    "trust_root_missing": (
        "У папці немає root.json: без нього нічому не можна довіряти.",
        "Покладіть туди root.json, який дала організація.",
    ),
    "trust_unreachable": ("Список довіри не вдалося отримати.", "Спробуйте пізніше."),
    "trust_rollback": (
        "Запропонований список довіри старіший за наявний.",
        "Наявний лишається; спробуйте пізніше.",
    ),
    "trust_frozen": (
        "Запропонований список довіри прострочено: новіші затримують.",
        "Наявний лишається; спробуйте пізніше.",
    ),
    "trust_not_signed": (
        "Запропонований список довіри не підписаний організацією.",
        "Наявний лишається; запитайте організацію.",
    ),
    "trust_missing": ("Там немає списку довіри.", "Запитайте організацію."),
    "trust_not_stored": ("Новий список не вдалося записати.", "Запустіть оновлення ще раз."),
    "trust_files_missing": (
        "Список довіри неповний: бракує файлу.",
        "Укажіть папку, де є п'ять його файлів.",
    ),
    "trust_too_large": ("Файл списку довіри завеликий.", "Отримайте список знову."),
    "trust_signature": (
        "Підписів списку довіри недостатньо.",
        "Отримайте список знову з головного офісу.",
    ),
    "trust_mismatch": (
        "Файли списку довіри не пасують один до одного.",
        "Отримайте список знову з головного офісу.",
    ),
    "trust_metadata": (
        "Файл списку довіри незрозумілий.",
        "Отримайте список знову з головного офісу.",
    ),
    "trust_list_form": (
        "Список довіри пошкоджений або іншого виду.",
        "Отримайте список знову з головного офісу.",
    ),
    "trust_list_too_large": (
        "Список довіри завеликий.",
        "Отримайте список знову з головного офісу.",
    ),
    "trust_key_kind": ("У списку довіри ключ іншого виду.", "Запитайте організацію."),
    "roots_form": (
        "Цими кореневими сертифікатами не скористатися.",
        "Укажіть файл PEM або DER із сертифікатами органів, яким довіряєте.",
    ),
    "not_a_picture": ("Це не JPEG і не PNG.", "Сфотографуйте знову."),
    "picture_too_large": ("Файл зображення завеликий.", "Збережіть його меншим JPEG."),
    "too_many_pixels": ("Зображення має забагато пікселів.", "Збережіть його з меншою кількістю."),
    "broken_picture": ("Зображення пошкоджене.", "Сфотографуйте знову."),
    "pictures_not_installed": (
        "Установлено без частини, що читає зображення.",
        "Установіть її: pip install 'sygnet-verifier[pictures]'.",
    ),
}

ERROR_WORDS: Final[dict[str, dict[str, tuple[str, str]]]] = {"pl": _PL, "de": _DE, "uk": _UK}
"""Language code to sentence and next step by error code."""


def said_error(error: VerifierError, language: str) -> tuple[str, str]:
    """The sentence and the next step of an error in a language; in English its own."""
    own = (error.sentence, error.next_step)
    return ERROR_WORDS.get(language, {}).get(error.code, own)
