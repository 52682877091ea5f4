//! Jira's CSV in its languages and its accidents.

use super::*;

pub(super) const CLOUD: &str = "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Project type,\
Project lead,Priority,Resolution,Assignee,Assignee Id,Reporter,Reporter Id,Created,Updated,Resolved,Due date,Description,\
Labels,Labels,Comment,Comment,Attachment,Outward issue link (Duplicate),Inward issue link (Blocks),Custom field (Floor),\
Custom field (Rank),Status Category\n\
It prints nothing,DESK-7,10016,Bug,Fertig,DESK,The desk,software,Ada,Highest,Won't Do,Bob,b2,Ada,a1,\
02/Jan/26 2:04 AM,05/Jan/26 12:00 AM,04/Jan/26 12:00 AM,01/Feb/26,\"It \"\"stopped\"\"\nat once\",printer,vip,\
02/Jan/26 10:00 AM;b2;Which one; the first?,\"02/Jan/26 12:00 PM;a1;The\nbig one\",\
02/Jan/26 10:00 AM;a1;a;b.png;https://acme.example/1/a.png,DESK-3,DESK-4,2nd,0|i0:,Done\n\
Next,DESK-8,10017,Task,In Arbeit,DESK,The desk,software,Ada,Low,,,,712020:x,712020:x,03/Jan/26 2:04 PM,,,,,,,,,,,,,,In Progress\n";

/// What is told of a file besides the zone of its times.
fn said_of(read: &Read) -> Vec<&str> {
    let notes = read.notes.iter().map(String::as_str);
    notes
        .filter(|note| !note.contains("says no zone, so its times are read as those of UTC"))
        .collect()
}

#[test]
fn columns_that_repeat_are_read_by_place() {
    let read = text(Jira, CLOUD);
    assert_eq!((said_of(&read), read.drafts.len()), (vec![], 2));
    let draft = &read.drafts[0];
    let opening = &draft.opening;
    assert_eq!(opening.labels.iter().collect::<Vec<_>>(), ["printer", "vip"]);
    assert_eq!((opening.priority, opening.links.len()), (Priority::Urgent, 1));
    assert_eq!(opening.due_at, Some(at("2026-02-01T23:59:59Z")));
    assert_eq!((opening.fields["floor"].as_str(), opening.fields.get("rank")), ("2nd", None));
    assert_eq!(draft.created_at, Some(at("2026-01-02T02:04:00Z")));
    assert_eq!(draft.state.unwrap().resolution, Some(Resolution::Wontfix));
    let public = MessageKind::Reply;
    assert_eq!(
        said(draft),
        [
            (
                public,
                "Ada",
                "It \"stopped\"\nat once\n\nAttachments:\n\n- [a;b.png](https://acme.example/1/a.png)"
            ),
            (public, "Bob", "Which one; the first?"),
            (public, "Ada", "The\nbig one"),
        ]
    );
    // The same comments as the API gives them are the same messages.
    let rest = only(text(Jira, ISSUE));
    for (ours, theirs) in draft.messages.iter().zip(&rest.messages) {
        assert_eq!(ours.reference, theirs.reference);
    }
    assert_eq!(read.drafts[1].opening.requester, "712020:x".parse().ok());
    assert_eq!(read.drafts[1].opening.state.status, Status::Open);
}

#[test]
fn comments_of_a_service_desk_are_never_public() {
    let read = text(Jira, &CLOUD.replace("The desk,software", "The desk,service_desk"));
    assert!(said_of(&read)[0].contains("all come as notes"));
    let kinds: Vec<MessageKind> = read.drafts[0].messages.iter().map(|m| m.kind).collect();
    assert_eq!(kinds, [MessageKind::Reply, MessageKind::Note, MessageKind::Note]);
}

#[test]
fn headers_statuses_and_months_come_in_many_languages() {
    for (header, row, created) in [
        (
            "Zusammenfassung,Vorgangsschlüssel,Status,Priorität,Lösung,Zugewiesene Person,Autor,Erstellt,Beschreibung,Kommentar",
            "x,A-1,Erledigt,Hoch,Doppelt,Bob,Ada,02/Dez./25 9:00 PM,d,02/Dez./25 9:05 PM;Bob;c",
            "2025-12-02T21:00:00Z",
        ),
        (
            "Resumen;Clave de incidencia;Estado;Prioridad;Resolución;Persona asignada;Informador;Creada;Descripción;Comentario",
            "x;A-1;Cerrada;Alta;Duplicado;Bob;Ada;02/dic/25 9:00 p. m.;d;\"02/dic/25 9:05 p. m.;Bob;c\"",
            "2025-12-02T21:00:00Z",
        ),
        (
            "Résumé,Clé de ticket,État,Priorité,Résolution,Personne assignée,Rapporteur,Création,Description,Commentaire",
            "x,A-1,Terminé,Élevée,Doublon,Bob,Ada,02/févr./26 21:00,d,02/févr./26 21:05;Bob;c",
            "2026-02-02T21:00:00Z",
        ),
        (
            "Resumo,Chave da item,Status,Prioridade,Resolução,Responsável,Relator,Criado,Descrição,Comentar",
            "x,A-1,Concluído,Alta,Duplicado,Bob,Ada,02/fev/26 9:00 PM,d,02/fev/26 9:05 PM;Bob;c",
            "2026-02-02T21:00:00Z",
        ),
        (
            "Podsumowanie,Klucz zgłoszenia,Status,Priorytet,Rozwiązanie,Osoba przypisana,Osoba zgłaszająca,Utworzono,Opis,Komentarz",
            "x,A-1,Gotowe,Wysoki,Duplikat,Bob,Ada,19/lip/23 9:00 PM,d,19/lip/23 9:05 PM;Bob;c",
            "2023-07-19T21:00:00Z",
        ),
        (
            "Тема,Ключ запроса,Статус,Приоритет,Решение,Исполнитель,Автор,Создано,Описание,Комментарий",
            "x,A-1,Закрыт,Высокий,Дубликат,Bob,Ada,02/янв/26 21:00,d,02/янв/26 21:05;Bob;c",
            "2026-01-02T21:00:00Z",
        ),
        (
            "Riepilogo,Chiave ticket,Stato,Priorità,Risoluzione,Assegnatario,Segnalatore,Creato,Descrizione,Commento",
            "x,A-1,Chiuso,Alta,Duplicato,Bob,Ada,02/gen/26 21:00,d,02/gen/26 21:05;Bob;c",
            "2026-01-02T21:00:00Z",
        ),
        (
            "Samenvatting,Issuesleutel,Status,Prioriteit,Oplossing,Toegewezen persoon,Melder,Aangemaakt,Omschrijving,Opmerking",
            "x,A-1,Gereed,Hoog,Dubbel,Bob,Ada,02/mrt/26 21:00,d,02/mrt/26 21:05;Bob;c",
            "2026-03-02T21:00:00Z",
        ),
        (
            "要約,課題キー,ステータス,優先度,解決状況,担当者,報告者,作成日,説明,コメント",
            "x,A-1,完了,高,重複,Bob,Ada,02/1月/26 9:00 午後,d,02/1月/26 9:05 午後;Bob;c",
            "2026-01-02T21:00:00Z",
        ),
    ] {
        let file = format!("\u{feff}{header}\r\n{row}\r\n");
        assert_eq!(recognise(&Place::bytes("f", file.as_bytes())).unwrap(), Jira, "{header}");
        let read = text(Jira, &file);
        assert_eq!(said_of(&read), [""; 0], "{header}");
        let draft = only(read);
        assert_eq!(draft.created_at, Some(at(created)), "{header}");
        assert_eq!(draft.opening.priority, Priority::High, "{header}");
        let state = draft.state.unwrap_or_else(|| panic!("{header}"));
        assert_eq!(state.resolution, Some(Resolution::Duplicate), "{header}");
        assert_eq!(draft.opening.requester, "Ada".parse().ok(), "{header}");
        assert_eq!(draft.opening.assignee, "Bob".parse().ok(), "{header}");
        assert_eq!(said(&draft)[1..], [(MessageKind::Reply, "Bob", "c")], "{header}");
    }
}

#[test]
fn an_unknown_language_is_read_by_the_places_of_the_columns() {
    let mut header: Vec<String> = (0..30).map(|n| format!("q{n}")).collect();
    header[26] = "qq".to_owned();
    let mut row = vec![String::new(); 30];
    for (at, cell) in [
        (0, "Broken"),
        (1, "Q-12"),
        (2, "10012"),
        (4, "Done"),
        (11, "High"),
        (13, "Bob"),
        (15, "Ada"),
        (19, "22/Sep/25 9:26 AM"),
        (25, "It broke."),
        (26, "22/Sep/25 9:30 AM;a1;Where?"),
    ] {
        cell.clone_into(&mut row[at]);
    }
    let file = format!("{}\n{}\n", header.join(","), row.join(","));
    assert_eq!(recognise(&Place::bytes("f", file.as_bytes())).unwrap(), Jira);
    let read = text(Jira, &file);
    assert!(read.notes[0].contains("by their place"), "{:?}", read.notes);
    let draft = only(read);
    assert_eq!((draft.opening.title.as_str(), draft.opening.priority), ("Broken", Priority::High));
    assert_eq!(draft.state.unwrap().status, Status::Closed);
    assert_eq!(said(&draft)[1].2, "Where?");
}

#[test]
fn accidents_of_files_are_told_and_lose_nothing() {
    let file = "Project,Key   ,Summary,Status,Created,Labels\nCore,A-1,one,Open,22/Mar/14 07:59,\"x, y\"\n\
        Core,,lost,Open,22/Mar/14 07:59,\nCore,A-2,two,Strange,22/Mar/14 07:59,\n\
        Generated at Sat Mar 22 using JIRA 6.2\n";
    let read = text(Jira, file);
    assert_eq!(
        (read.drafts.len(), &read.skipped[..]),
        (2, &["lines around the table".to_owned()][..])
    );
    assert_eq!(read.rejected[0].place, "f, line 3");
    assert_eq!(said_of(&read), ["taken for open: status `Strange`"]);
    assert_eq!(read.drafts[0].opening.labels.len(), 2);
    let before = "Jira\n\nIssue key,Summary,Status\nA-1,one,Done\n";
    assert_eq!(text(Jira, before).drafts.len(), 1);
    let open = "Issue key,Summary,Status\nA-1,one,Done\nA-2,\"two,Open\nA-3,three,Open\n";
    let read = text(Jira, open);
    assert_eq!((read.drafts.len(), read.rejected[0].reason.contains("quote")), (1, true));
    let twice = "Issue key,Summary,Description\nA-1,Fails â€” No Response,Ã¼ber â€œxâ€œ\n";
    let read = text(Jira, twice);
    assert_eq!(read.drafts[0].opening.title, "Fails — No Response");
    assert!(read.notes[0].contains("encoded twice"));
    let german = Place::bytes("f", b"Issue key,Summary\nA-1,M\xfcll\n");
    let read = place(Jira, &german, &Options::default()).unwrap();
    assert_eq!(read.drafts[0].opening.title, "Müll");
    assert!(read.notes[0].contains("Windows-1252"));
    let none = Place::bytes("f", b"a,b\n1,2\n");
    assert!(place(Jira, &none, &Options::default()).is_err());
}
