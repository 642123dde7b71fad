"""Sentences in Polish."""

from __future__ import annotations

from typing import Final

__all__ = ["SENTENCES"]

SENTENCES: Final[dict[str, str]] = {
    "genuine": "Autentyczny. To jest dokładnie to, co podpisano i opieczętowano.",
    "genuine_paper": "Certyfikat jest autentyczny. Porównaj z nim papier.",
    "altered": "Zmieniony. To nie jest to, co podpisano i opieczętowano.",
    "cannot_tell": "Nie da się stwierdzić, czy to jest autentyczne.",
    "judged_by_list": "Według listy zaufania, stan na {as_of}.",
    "judged_without_list": "Bez listy zaufania, stan na {as_of}.",
    "not_a_pdf": "Ten plik nie jest dokumentem PDF.",
    "file_too_large": "Ten plik ma ponad {limit} MB i nie został sprawdzony.",
    "not_ours": "Ten plik nie zawiera certyfikatu autentyczności Sygnet.",
    "not_sealed": "Ten plik nie ma pieczęci: podpisywania nie dokończono albo pieczęć odcięto.",
    "no_code_in_picture": "Na tym zdjęciu nie da się odczytać kodu QR.",
    "several_codes": "Na obrazie są kody kilku certyfikatów. Pokaż tylko jeden.",
    "not_a_certificate": "Ten kod nie jest certyfikatem autentyczności.",
    "code_damaged": "Kod certyfikatu jest niepełny lub uszkodzony. Zeskanuj go ponownie.",
    "certificate_damaged": "Certyfikat w tym pliku jest uszkodzony.",
    "other_certificate": "Ten certyfikat należy do innego dokumentu.",
    "issuer_known": "Certyfikat wystawiła organizacja {organisation}, stanowisko: {holder}.",
    "issuer_unknown": "Certyfikat wystawił ktoś, kogo nie ma na liście zaufania.",
    "token_signature_bad": "Treść certyfikatu zmieniono: jego podpis się nie zgadza.",
    "token_not_understood": "Certyfikat ma postać, której ten program nie zna.",
    "host_not_listed": "Kod prowadzi do {host}, a to nie jest adres tej organizacji.",
    "key_valid": "Klucz wystawcy był ważny w chwili wystawienia certyfikatu.",
    "key_not_valid_then": "Klucz wystawcy nie był ważny w chwili, którą podaje certyfikat.",
    "key_ended_since": "Klucz wystawcy stracił ważność {until}; nic nie dowodzi, że "
    "certyfikat wydano wcześniej.",
    "key_not_revoked": "Klucz wystawcy nie był unieważniony według stanu na {as_of}.",
    "key_revoked": "Klucz wystawcy unieważniono {at} ({reason}); centrala nie miała wtedy tego "
    "certyfikatu.",
    "revoked_but_received": "Klucz wystawcy unieważniono {at}; centrala miała już wtedy ten "
    "certyfikat, więc pozostaje on ważny.",
    "trust_fresh": "Wiek listy zaufania w dniach: {days}.",
    "trust_ageing": "Wiek listy zaufania w dniach: {days}. Wkrótce pobierz nowszą.",
    "trust_stale": "Wiek listy zaufania w dniach: {days}. To za dużo, by wiedzieć, co "
    "unieważniono.",
    "trust_from_future": "Lista zaufania jest z {as_of}, później niż wskazuje zegar tego "
    "urządzenia.",
    "time_assured": "Czas podpisania, {issued_at}, był potwierdzony.",
    "time_not_assured": "Czas podpisania, {issued_at}, nie był potwierdzony: zegara kiosku nie "
    "uzgodniono z centralą.",
    "issued_in_future": "Certyfikat podaje datę {issued_at}, która jest w przyszłości. Sprawdź "
    "zegar tego urządzenia.",
    "paper_only": "Sprawdzono tylko kod, nie strony: porównaj tytuł, nazwiska i daty.",
    "bytes_intact": "Podpisana treść jest niezmieniona (bajtów: {bytes}).",
    "bytes_changed": "Podpisaną część tego pliku zmieniono.",
    "bytes_missing": "Brakuje części podpisanego pliku.",
    "seal_intact": "Pieczęć jest nienaruszona i złożono ją tym samym kluczem co certyfikat.",
    "seal_missing": "Brakuje pieczęci w miejscu, w którym ma być.",
    "seal_range_wrong": "Pieczęć nie obejmuje tego, co musi obejmować.",
    "seal_gap_wrong": "W pieczęci jest miejsce na coś, co nie jest pieczęcią.",
    "seal_padding_wrong": "W wypełnieniu pieczęci coś ukryto.",
    "seal_signature_bad": "Pieczęć jest naruszona: plik zmieniono albo pieczęć nie pochodzi od "
    "wystawcy.",
    "nothing_after_seal": "Po pieczęci niczego nie dodano.",
    "long_life_only": "Po pieczęci dodano tylko dowody do długiego przechowywania: {service} "
    "potwierdza, że plik istniał {at}.",
    "long_life_unproved": "Po pieczęci dodano dowody do długiego przechowywania od usługi, której "
    "nie ma na liście zaufania.",
    "changed_after_seal": "Po opieczętowaniu coś do pliku dodano.",
    "signatures_complete": "Są wszystkie oczekiwane podpisy i żaden inny (razem: {count}).",
    "signature_missing": "Brakuje podpisu {field}.",
    "signature_unexpected": "Jest podpis, którego nie powinno tu być: {field}.",
    "signature_good": "{name}: podpis nienaruszony i zaufany.",
    "signature_broken": "Podpis {field} jest naruszony.",
    "changed_after_signature": "Po podpisie {field} zmieniono więcej, niż wolno.",
    "field_differs": "Pole {field} pokazuje coś innego niż wartość, którą zawiera.",
    "field_unreadable": "Tego, co pokazuje pole {field}, nie da się odczytać, więc "
    "może to nie być wartość, którą zawiera.",
    "readers_may_differ": "Programy mogą pokazywać ten dokument różnie ({what}).",
    "times_out_of_order": "Czasy podpisania przeczą kolejności podpisów: {field} "
    "byłby wcześniejszy niż to, co podpisuje.",
    "key_used_twice": "Klucz podpisu {field} już wcześniej podpisał w tym pliku.",
    "signature_untrusted": "Lista zaufania nie potwierdza podpisu {field}.",
    "signer_revoked": "Klucz podpisu {field} unieważniono {at} ({reason}).",
    "signer_differs": "Podpis {field} złożył(a) {found}, a certyfikat wymienia: {expected}.",
    "signing_time_differs": "Podpis {field} podaje czas {found}, a certyfikat {expected}.",
    "proof_differs": "Podpis {field} i certyfikat podają różne sposoby potwierdzenia tożsamości.",
    "certification_wrong": "Pierwszy podpis nie chroni dokumentu tak, jak musi.",
    "order_wrong": "Podpisy nie są w wymaganej kolejności.",
    "document_differs": "Certyfikat przeczy podpisanemu dokumentowi: "
    "„{expected}” zamiast „{found}”.",
    "pages_differ": "Liczba stron pliku to {found}, a certyfikat podaje {expected}.",
    "structure_unreadable": "Budowy tego pliku program nie potrafi sprawdzić.",
    "foreign_valid": "To nie jest dokument Sygnet. Jego podpisy są ważne według podanych "
    "certyfikatów głównych.",
    "foreign_altered": "To nie jest dokument Sygnet i został zmieniony: podpis jest naruszony.",
    "foreign_unsure": "To nie jest dokument Sygnet. Jego podpisów nie można potwierdzić.",
    "foreign_document": "To nie jest dokument Sygnet; oceniono go według podanych "
    "certyfikatów głównych ({count}), stan na {as_of}, bez unieważnień.",
    "foreign_unsigned": "Dokument nie ma podpisu.",
    "foreign_signature_good": "{field}: nienaruszony, {name}, zaufany według podanych "
    "certyfikatów głównych.",
    "foreign_signature_untrusted": "{field}: nienaruszony, {name}, ale podane certyfikaty "
    "główne go nie potwierdzają.",
    "foreign_signature_broken": "{field}: naruszony.",
    "foreign_covers_part": "{field}: obejmuje tylko część tego, co plik wtedy zawierał.",
    "foreign_evidence_after": "{field}: później dodano tylko dowody do długiego przechowywania.",
    "foreign_filled_after": "{field}: później tylko wypełniono pola lub dodano podpisy albo "
    "dowody.",
    "foreign_changed_after": "{field}: później zmieniono coś, czego pola i podpisy nie tłumaczą.",
    "foreign_level": "{field}: poziom {level}.",
    "foreign_time_stamped": "{field}: złożony najpóźniej {at}, co potwierdza zaufany "
    "znacznik czasu.",
    "foreign_time_claimed": "{field}: podaje czas {at}; nikt go nie potwierdza.",
    "foreign_time_missing": "{field}: nie podaje czasu.",
    "foreign_covered": "Podpis obejmuje plik do końca.",
    "foreign_not_covered": "Końca pliku nie obejmuje żaden podpis.",
    "label_file": "Plik",
    "label_title": "Tytuł",
    "label_number": "Numer",
    "label_document": "Identyfikator dokumentu",
    "label_issued": "Wystawiono",
    "label_pages": "Strony",
    "label_signers": "Podpisali",
    "label_trust": "Lista zaufania",
    "label_examined": "Co sprawdzono",
    "label_checked": "Sprawdzono",
    "role_1": "w imieniu firmy",
    "role_2": "klient",
    "trust_line": "wersja {version} z {as_of}",
    "certificate_here": "Tu pojawi się certyfikat autentyczności",
    "certificate_how": "Strona zostanie wypełniona w chwili zapieczętowania dokumentu.",
}
