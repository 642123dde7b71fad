"""Sentences in German."""

from __future__ import annotations

from typing import Final

__all__ = ["SENTENCES"]

SENTENCES: Final[dict[str, str]] = {
    "genuine": "Echt. Genau das wurde unterschrieben und gesiegelt.",
    "genuine_paper": "Das Zertifikat ist echt. Vergleichen Sie das Papier damit.",
    "altered": "Verändert. Das ist nicht, was unterschrieben und gesiegelt wurde.",
    "cannot_tell": "Ob das echt ist, lässt sich nicht sagen.",
    "judged_by_list": "Beurteilt nach der Vertrauensliste, Stand {as_of}.",
    "judged_without_list": "Beurteilt ohne Vertrauensliste, Stand {as_of}.",
    "not_a_pdf": "Diese Datei ist kein PDF.",
    "file_too_large": "Diese Datei ist größer als {limit} MB und wurde nicht geprüft.",
    "not_ours": "Diese Datei enthält kein Echtheitszertifikat von Sygnet.",
    "not_sealed": "Diese Datei hat kein Siegel: Sie ist nicht fertig unterschrieben, oder das "
    "Siegel wurde abgeschnitten.",
    "no_code_in_picture": "Auf diesem Bild ist kein QR-Code lesbar.",
    "several_codes": "Das Bild zeigt die Codes mehrerer Zertifikate. Zeigen Sie nur einen.",
    "not_a_certificate": "Dieser Code ist kein Echtheitszertifikat.",
    "code_damaged": "Der Code des Zertifikats ist unvollständig oder beschädigt. Bitte noch "
    "einmal scannen.",
    "certificate_damaged": "Das Zertifikat in dieser Datei ist beschädigt.",
    "other_certificate": "Dieses Zertifikat gehört zu einem anderen Dokument.",
    "issuer_known": "Das Zertifikat hat {organisation} ausgestellt, Stelle: {holder}.",
    "issuer_unknown": "Den Aussteller des Zertifikats kennt die Vertrauensliste nicht.",
    "token_signature_bad": "Der Text des Zertifikats wurde verändert: Seine Signatur passt nicht.",
    "token_not_understood": "Das Zertifikat hat eine Form, die dieser Prüfer nicht kennt.",
    "host_not_listed": "Der Code führt zu {host}; das ist keine Adresse dieser Organisation.",
    "key_valid": "Der Schlüssel des Ausstellers war bei der Ausstellung gültig.",
    "key_not_valid_then": "Der Schlüssel des Ausstellers war zur angegebenen Zeit nicht gültig.",
    "key_ended_since": "Der Schlüssel des Ausstellers endete am {until}; nichts "
    "beweist, dass die Bescheinigung vorher ausgestellt wurde.",
    "key_not_revoked": "Der Schlüssel des Ausstellers war nicht widerrufen (Stand {as_of}).",
    "key_revoked": "Der Schlüssel des Ausstellers wurde am {at} widerrufen ({reason}); die "
    "Zentrale hatte dieses Zertifikat damals nicht.",
    "revoked_but_received": "Der Schlüssel des Ausstellers wurde am {at} widerrufen; die Zentrale "
    "hatte dieses Zertifikat da schon, es bleibt also gültig.",
    "trust_fresh": "Alter der Vertrauensliste in Tagen: {days}.",
    "trust_ageing": "Alter der Vertrauensliste in Tagen: {days}. Bitte bald eine neue holen.",
    "trust_stale": "Alter der Vertrauensliste in Tagen: {days}. Das ist zu alt, um Widerrufe zu "
    "kennen.",
    "trust_from_future": "Die Vertrauensliste ist vom {as_of}, später als die Uhr dieses Geräts.",
    "time_assured": "Die Zeit der Unterschrift, {issued_at}, war gesichert.",
    "time_not_assured": "Die Zeit der Unterschrift, {issued_at}, war nicht gesichert: Die Uhr des "
    "Kiosks war nicht bestätigt.",
    "issued_in_future": "Das Zertifikat nennt {issued_at}; das liegt in der Zukunft. Prüfen Sie "
    "die Uhr dieses Geräts.",
    "paper_only": "Nur der Code wurde geprüft, nicht die Seiten: Vergleichen Sie Titel, Namen und "
    "Daten.",
    "bytes_intact": "Alle {bytes} unterschriebenen Bytes sind unverändert.",
    "bytes_changed": "Der unterschriebene Teil dieser Datei wurde verändert.",
    "bytes_missing": "Ein Teil der unterschriebenen Datei fehlt.",
    "seal_intact": "Das Siegel ist unversehrt und vom selben Schlüssel wie das Zertifikat.",
    "seal_missing": "Das Siegel fehlt an seiner Stelle.",
    "seal_range_wrong": "Das Siegel deckt nicht ab, was es abdecken muss.",
    "seal_gap_wrong": "Im Siegel ist Platz für etwas, das nicht zum Siegel gehört.",
    "seal_padding_wrong": "In der Füllung des Siegels ist etwas versteckt.",
    "seal_signature_bad": "Das Siegel ist gebrochen: Die Datei wurde verändert, oder das Siegel "
    "ist nicht vom Aussteller.",
    "nothing_after_seal": "Nach dem Siegel wurde nichts hinzugefügt.",
    "long_life_only": "Nach dem Siegel kamen nur Nachweise für lange Aufbewahrung hinzu: "
    "{service} bestätigt, dass es die Datei am {at} gab.",
    "long_life_unproved": "Nach dem Siegel kamen Nachweise für lange Aufbewahrung hinzu, von einem "
    "Dienst, den die Vertrauensliste nicht kennt.",
    "changed_after_seal": "Nach dem Siegeln wurde der Datei etwas hinzugefügt.",
    "signatures_complete": "Alle {count} erwarteten Unterschriften sind da und keine andere.",
    "signature_missing": "Die Unterschrift {field} fehlt.",
    "signature_unexpected": "Eine Unterschrift gehört nicht hierher: {field}.",
    "signature_good": "{name}: Unterschrift unversehrt und vertrauenswürdig.",
    "signature_broken": "Die Unterschrift {field} ist gebrochen.",
    "changed_after_signature": "Nach der Unterschrift {field} wurde mehr geändert als erlaubt.",
    "field_differs": "Das Feld {field} zeigt etwas anderes als den Wert, den es enthält.",
    "field_unreadable": "Was das Feld {field} zeigt, lässt sich nicht zurücklesen; "
    "es ist vielleicht nicht der Wert, den es enthält.",
    "readers_may_differ": "Programme zeigen dieses Dokument womöglich verschieden ({what}).",
    "times_out_of_order": "Die Zeiten widersprechen der Reihenfolge der "
    "Unterschriften: {field} läge vor dem, was damit unterschrieben ist.",
    "key_used_twice": "Der Schlüssel der Unterschrift {field} hat hier schon unterschrieben.",
    "signature_untrusted": "Die Vertrauensliste bürgt nicht für die Unterschrift {field}.",
    "signer_revoked": "Der Schlüssel der Unterschrift {field} wurde am {at} widerrufen ({reason}).",
    "signer_differs": "Die Unterschrift {field} ist von {found}; das Zertifikat nennt {expected}.",
    "signing_time_differs": "Die Unterschrift {field} nennt {found}, das Zertifikat {expected}.",
    "proof_differs": "Unterschrift {field} und Zertifikat nennen verschiedene Identitätsnachweise.",
    "certification_wrong": "Die erste Unterschrift schützt das Dokument nicht, wie sie muss.",
    "order_wrong": "Die Unterschriften stehen nicht in der nötigen Reihenfolge.",
    "document_differs": "Das Zertifikat widerspricht dem Dokument: „{expected}“ statt „{found}“.",
    "pages_differ": "Die Datei hat {found} Seiten, das Zertifikat nennt {expected}.",
    "structure_unreadable": "Den Aufbau dieser Datei kann dieser Prüfer nicht untersuchen.",
    "foreign_valid": "Kein Sygnet-Dokument. Seine Unterschriften sind nach den genannten "
    "Wurzeln gültig.",
    "foreign_altered": "Kein Sygnet-Dokument, und verändert: Eine Unterschrift ist gebrochen.",
    "foreign_unsure": "Kein Sygnet-Dokument. Für seine Unterschriften kann niemand bürgen.",
    "foreign_document": "Das ist kein Sygnet-Dokument; es wurde nach den genannten "
    "Wurzeln ({count}) beurteilt, Stand {as_of}, ohne Widerrufe.",
    "foreign_unsigned": "Das Dokument trägt keine Unterschrift.",
    "foreign_signature_good": "{field}: unversehrt, von {name}, nach den genannten Wurzeln "
    "vertrauenswürdig.",
    "foreign_signature_untrusted": "{field}: unversehrt, von {name}, aber die genannten "
    "Wurzeln bürgen nicht dafür.",
    "foreign_signature_broken": "{field}: gebrochen.",
    "foreign_covers_part": "{field}: deckt nur einen Teil dessen ab, was die Datei damals "
    "enthielt.",
    "foreign_evidence_after": "{field}: Danach kamen nur Nachweise für lange Aufbewahrung hinzu.",
    "foreign_filled_after": "{field}: Danach wurden nur Felder ausgefüllt oder "
    "Unterschriften und Belege angefügt.",
    "foreign_changed_after": "{field}: Danach wurde etwas geändert, das Felder und "
    "Unterschriften nicht erklären.",
    "foreign_level": "{field}: Stufe {level}.",
    "foreign_time_stamped": "{field}: spätestens am {at} geleistet, wie ein anerkannter "
    "Zeitstempel belegt.",
    "foreign_time_claimed": "{field}: gibt {at} als Zeit an; niemand bürgt dafür.",
    "foreign_time_missing": "{field}: nennt keine Zeit.",
    "foreign_covered": "Eine Unterschrift deckt die Datei bis zum Ende ab.",
    "foreign_not_covered": "Das Ende der Datei deckt keine Unterschrift ab.",
    "label_file": "Datei",
    "label_title": "Titel",
    "label_number": "Nummer",
    "label_document": "Dokumentkennung",
    "label_issued": "Ausgestellt",
    "label_pages": "Seiten",
    "label_signers": "Unterschrieben von",
    "label_trust": "Vertrauensliste",
    "label_examined": "Was geprüft wurde",
    "label_checked": "Geprüft",
    "role_1": "für die Firma",
    "role_2": "Kunde",
    "trust_line": "Version {version} vom {as_of}",
    "certificate_here": "Hier erscheint das Echtheitszertifikat",
    "certificate_how": "Diese Seite wird gefüllt, sobald das Dokument versiegelt wird.",
}
