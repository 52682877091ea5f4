//! What trackers and spreadsheets call the columns of their tables, in the languages they come in.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Title,
    Key,
    Id,
    Type,
    Status,
    Category,
    Priority,
    Resolution,
    Assignee,
    AssigneeId,
    AssigneeEmail,
    Requester,
    RequesterId,
    RequesterEmail,
    Creator,
    CreatorId,
    Created,
    Updated,
    Closed,
    Due,
    Description,
    Environment,
    Labels,
    Component,
    FixVersions,
    Versions,
    Comment,
    PrivateComment,
    Attachment,
    Sprint,
    Parent,
    Project,
    ProjectType,
    Customer,
    Tier,
    Url,
    /// Of no use outside its tool.
    Noise,
}

/// The names of columns, best first.
const NAMES: &[(Kind, &str)] = &[
    (
        Kind::Title,
        "title|subject|summary|short description|short desc|task name|card name|issue title|\
         ticket subject|issue summary|ticket title|betreff|thema|titel|zusammenfassung|resumen|asunto|título|titulo|résumé|\
         objet|sujet|titre|resumo|assunto|podsumowanie|temat|tytuł|тема|резюме|сводка|заголовок|краткое описание|\
         riepilogo|oggetto|titolo|samenvatting|onderwerp|要約|件名|タイトル|題名|概要|摘要|标题|標題|主题|主題|\
         souhrn|shrnutí|předmět|název|özet|konu|başlık|sammanfattning|ämne|sammendrag|emne|заголовок задачі|\
         підсумок|요약|제목|yhteenveto|aihe|otsikko|összefoglaló|tárgy|tóm tắt|tiêu đề",
    ),
    (
        Kind::Key,
        "issue key|key|ticket key|vorgangsschlüssel|schlüssel|clave de incidencia|clave|\
         clave del elemento|clave de la actividad|clé de ticket|clé du ticket|clé|clé de demande|chave da item|chave do item|\
         chave da ocorrência|chave|chave do ticket|klucz zgłoszenia|klucz|klucz elementu|ключ запроса|ключ проблемы|\
         ключ задачи|ключ|код|chiave ticket|chiave segnalazione|chiave|chiave attività|issuesleutel|\
         issue sleutel|itemsleutel|sleutel|issue code|課題キー|キー|作業項目キー|问题关键字|问题键|关键字|事务键|问题密钥|klíč požadavku|klíč|\
         sorun anahtarı|anahtar|ärendenyckel|nyckel|sagsnøgle|nøkkel|이슈 키|키|tapaustunnus|avain|ключ завдання|mã vấn đề|khóa|work item key",
    ),
    (
        Kind::Id,
        "issue id|id|ticket id|ticket number|ticket no|ticketnumber|number|case number|case id|bug id|task id|card id|#|no|nr|\
         sys id|iid|identifier|ticket|vorgangs id|vorgang id|ticketnummer|nummer|id de la incidencia|id de incidencia|\
         número|numero|id du ticket|id de ticket|numéro|id da item|id do item|id da ocorrência|id. zgłoszenia|\
         id zgłoszenia|numer|идентификатор проблемы|id запроса|id задачи|номер|id ticket|課題 id|課題id|チケット番号|番号|\
         问题 id|问题id|编号|工单号|číslo|numara|이슈 id|tunniste|azonosító|work item id",
    ),
    (
        Kind::Type,
        "issue type|issuetype|type|ticket type|tracker|work type|vorgangstyp|typ|vorgangsart|tipo de incidencia|tipo|\
         tipo de actividad|type de ticket|type de demande|tipo de item|tipo de ocorrência|tipo do item|typ zgłoszenia|тип запроса|\
         тип задачи|тип проблемы|тип|tipo di ticket|tipo di segnalazione|tipo ticket|soort|課題タイプ|種別|\
         问题类型|类型|typ požadavku|sorun tipi|tür|ärendetyp|이슈 유형|loại vấn đề|tapauksen tyyppi",
    ),
    (
        Kind::Status,
        "status|state|current status|bug status|ticket status|issue status|workflow state|incident state|section/column|list name|column|\
         estado|état|etat|statut|situação|stan|статус|состояние|stato|ステータス|状態|状态|狀態|stav|durum|tila|állapot|상태|\
         trạng thái|стан",
    ),
    (
        Kind::Category,
        "status category|statuskategorie|categoría de estado|categoría del estado|catégorie d'état|catégorie de statut|\
         categoria do status|categoria de status|kategoria statusu|kategoria stanu|категория статуса|categoria stato|categoria di stato|statuscategorie|\
         ステータス カテゴリ|ステータス カテゴリー|ステータスカテゴリ|ステータスカテゴリー|状态类别|状态分类|kategorie stavu|durum kategorisi|상태 범주|statuskategori",
    ),
    (
        Kind::Priority,
        "priority|importance|priorität|prioridad|priorité|prioridade|priorytet|приоритет|priorità|prioriteit|\
         優先度|优先级|優先級|优先权|priorita|öncelik|prioritet|prioriteetti|prioritás|우선순위|우선 순위|mức ưu tiên|độ ưu tiên|пріоритет|severity|\
         bug severity|urgency|schweregrad|dringlichkeit",
    ),
    (
        Kind::Resolution,
        "resolution|close code|close reason|closed as|state reason|lösung|erledigungsart|resolución|résolution|resolução|rozwiązanie|решение|\
         резолюция|risoluzione|oplossing|解決状況|解決|解决结果|解决方案|řešení|çözüm|lösning|løsning|해결|해결책|ratkaisu|megoldás|kết quả",
    ),
    (
        Kind::Assignee,
        "assignee|assigned to|assigned|assignees|agent|agent assigned|owner|responsible|members|assignee name|\
         zugewiesene person|bearbeiter|zugewiesen an|zugewiesen|zuständig|verantwortlich|persona asignada|responsable|asignado|asignado a|\
         asignada a|personne assignée|attribution|attribué à|assigné à|assigné|responsável|atribuído a|osoba przypisana|\
         przypisany|przypisana osoba|wykonawca|przypisane do|исполнитель|ответственный|назначено|assegnatario|assegnato a|\
         toegewezen persoon|uitvoerder|toegewezen aan|toegewezene|behandelaar|担当者|担当|经办人|负责人|指派给|經辦人|řešitel|přiřazeno|atanan|\
         atanan kişi|tilldelad|ansvarig|tildelt|담당자|vastuuhenkilö|felelős|người được giao|người thực hiện|виконавець|assigned user",
    ),
    (Kind::AssigneeId, "assignee id|assignee username"),
    (Kind::AssigneeEmail, "assignee email|assignee e mail|assigned to email|agent email"),
    (
        Kind::Requester,
        "reporter|requester|requestor|author|from|customer name|contact|contact name|caller|caller id|requested by|reported by|\
         submitter|submitted by|requester name|reporter name|user|autor|berichterstatter|melder|anforderer|gemeldet von|\
         absender|informador|informante|solicitante|autor de la solicitud|reportado por|rapporteur|auteur|demandeur|relator|\
         solicitado por|osoba zgłaszająca|zgłaszający|автор|заявитель|инициатор|segnalatore|richiedente|\
         aanvrager|indiener|報告者|依頼者|報告人|报告人|提交人|zadavatel|reportér|oznamovatel|raporlayan|bildiren|rapportör|rapportert av|\
         보고자|ilmoittaja|bejelentő|người báo cáo|автор звернення",
    ),
    (Kind::RequesterId, "reporter id|author username|requester id"),
    (
        Kind::RequesterEmail,
        "requester email|requester e mail|reporter email|from email|author email|contact email|customer email|email|e mail|mail|\
         user email|submitter email|email address|absender e mail|e mail adresse|correo|correo electrónico|courriel|adresse e mail|\
         адрес электронной почты|メール|メールアドレス|邮箱|电子邮件",
    ),
    (
        Kind::Creator,
        "creator|created by|opened by|ersteller|erstellt von|creador|creado por|créateur|créé par|criador|criado por|twórca|\
         utworzone przez|создатель|создал|creatore|creato da|autore|maker|aangemaakt door|作成者|创建者|创建人|創建者|\
         oluşturan|skapare|skapad av|opprettet av|oprettet af|작성자|생성자|tekijä|létrehozó|người tạo|творець",
    ),
    (Kind::CreatorId, "creator id"),
    (
        Kind::Created,
        "created|created at|date created|created on|creation date|create date|created date|created time|created at utc|opened|\
         opened at|open date|opendate|sys created on|date|date opened|submitted|submitted at|reported|time|creation ts|created utc|\
         erstellt|erstellt am|erstellungsdatum|angelegt|angelegt am|eröffnet|creada|creado|fecha de creación|creación|création|\
         créé|créée|créé le|date de création|date de creation|criado|criada|criado em|data de criação|utworzono|utworzone|data utworzenia|\
         создано|создана|создан|дата создания|creato|creata|data creazione|data di creazione|creato il|aangemaakt|gemaakt|\
         aangemaakt op|aanmaakdatum|作成日|作成日時|作成|登録日|创建日期|创建时间|已创建|創建日期|建立日期|vytvořeno|vytvořen|oluşturuldu|\
         oluşturulma tarihi|oluşturulma|skapad|skapades|oprettet|opprettet|생성일|생성됨|만듦|luotu|létrehozva|đã tạo|ngày tạo|створено",
    ),
    (
        Kind::Updated,
        "updated|updated at|last updated|last modified|modified|changed|changeddate|changetime|changed at|last activity date|last update|sys updated on|\
         modified at|updated on|date updated|date modified|last activity|delta ts|updated at utc|updated utc|aktualisiert|\
         aktualisiert am|geändert|geändert am|letzte änderung|actualizada|actualizado|fecha de actualización|última actualización|modificado|mise à jour|\
         mis à jour|mise à jour le|modifié|modifié le|dernière mise à jour|atualizado|atualizada|atualizado em|atualizado(a)|\
         zaktualizowano|zaktualizowane|aktualizacja|zmieniono|обновлено|обновлена|обновлен|изменено|дата обновления|aggiornato|aggiornata|\
         ultimo aggiornamento|modificato|bijgewerkt|gewijzigd|bijgewerkt op|laatst bijgewerkt|更新日|更新日時|更新|更新日期|更新时间|已更新|\
         aktualizováno|güncellendi|güncellenme|güncelleme tarihi|uppdaterad|opdateret|oppdatert|업데이트|업데이트됨|변경일|päivitetty|frissítve|\
         đã cập nhật|ngày cập nhật|оновлено",
    ),
    (
        Kind::Closed,
        "closed|closed at|resolved|completed at|completed|date closed|closed on|resolution date|resolved at|resolutiondate|date completed|\
         done at|close date|closed date|closed at utc|closed utc|completed on|finished|finished at|end date|date resolved|gelöst|erledigt|geschlossen|geschlossen am|erledigt am|gelöst am|\
         resuelta|resuelto|fecha de resolución|cerrado|cerrada|fecha de cierre|résolu|résolue|résolu le|fermé le|date de résolution|resolvido|resolvida|\
         resolvido(a)|data de resolução|fechado em|rozwiązano|rozwiązane|data rozwiązania|zamknięto|решено|решена|дата решения|закрыто|дата закрытия|risolto|\
         risolta|chiuso il|data di risoluzione|opgelost|gesloten|gesloten op|解決日|完了日|已解决|解决日期|关闭时间|vyřešeno|çözüldü|kapanış tarihi|löst|løst|해결됨|\
         ratkaistu|megoldva|đã giải quyết|вирішено",
    ),
    (
        Kind::Due,
        "due date|due|due at|duedate|due on|deadline|due date utc|fälligkeitsdatum|fällig|fälligkeit|fällig am|frist|fecha de vencimiento|\
         vencimiento|fecha límite|fecha de entrega|date d'échéance|échéance|date limite|data limite|data de entrega|data de vencimento|prazo|termin|\
         data ukończenia|termin realizacji|termin wykonania|срок исполнения|срок|срок выполнения|крайний срок|data di scadenza|\
         scadenza|vervaldatum|einddatum|uiterste datum|期限|期日|到期日|截止日期|截止时间|termín|termín dokončení|bitiş tarihi|son tarih|förfallodatum|\
         forfallsdato|forfaldsdato|기한|마감일|eräpäivä|määräaika|határidő|ngày đến hạn|ngày hết hạn|термін",
    ),
    (
        Kind::Description,
        "description|body|details|notes|task content|card description|content|text|issue description|ticket description|message|\
         beschreibung|inhalt|nachricht|descripción|cuerpo|detalles|mensaje|contenu|détails|descrição|mensagem|corpo|opis|treść|описание|\
         содержание|текст|сообщение|descrizione|messaggio|omschrijving|beschrijving|bericht|説明|詳細|本文|内容|描述|说明|popis|açıklama|\
         beskrivning|beskrivelse|설명|kuvaus|leírás|mô tả|опис",
    ),
    (
        Kind::Environment,
        "environment|umgebung|entorno|environnement|ambiente|środowisko|окружение|среда|omgeving|環境|环境|prostředí|ortam|miljö|miljø|환경|môi trường",
    ),
    (
        Kind::Labels,
        "labels|label|tags|tag|keywords|keyword|stichwörter|stichworte|schlagwörter|schlagworte|etiketten|etiquetas|etiqueta|étiquettes|\
         étiquette|categorias|rótulos|etykiety|etykieta|tagi|метки|метка|теги|etichette|etichetta|ラベル|タグ|标签|標籤|štítky|štítek|etiketler|\
         etiket|etiketter|레이블|태그|tunnisteet|címkék|nhãn|мітки",
    ),
    (
        Kind::Component,
        "component|components|component/s|komponente|komponenten|componente|componentes|componente/s|composant|composants|komponent|komponenty|\
         компонент|компоненты|componenti|onderdeel|onderdelen|コンポーネント|模块|组件|komponenta|bileşen|bileşenler|컴포넌트|구성 요소",
    ),
    (
        Kind::FixVersions,
        "fix versions|fix version|fix version/s|lösungsversionen|lösungsversion|behoben in version|versión de corrección|versiones correctoras|\
         versiones de corrección|versions corrigées|version de correction|versões corrigidas|wersje naprawione|исправить в версиях|versioni di correzione|oplossingsversies|修正バージョン|修复的版本|milestone",
    ),
    (
        Kind::Versions,
        "affects versions|affects version|affects version/s|affected versions|betroffene versionen|betrifft version|betrifft versionen|versiones afectadas|versions affectées|versões afetadas|\
         dotyczy wersji|проявляется в версиях|versioni interessate|影響バージョン|影响版本|version",
    ),
    (
        Kind::Comment,
        "comment|comments|kommentar|kommentare|comentario|comentarios|commentaire|commentaires|comentário|comentários|comentar|komentarz|\
         komentarze|комментарий|комментарии|commento|commenti|opmerking|opmerkingen|reactie|reacties|コメント|评论|备注|註解|komentář|komentáře|yorum|yorumlar|\
         kommentarer|댓글|의견|설명 추가|kommentti|megjegyzés|bình luận|коментар|public comment|additional comments",
    ),
    (
        Kind::PrivateComment,
        "work notes|internal notes|internal note|private notes|private note|internal comment|internal comments|comments and work notes|\
         agent notes|interne notiz|interne notizen|notas internas|nota interna|note interne|notes internes|внутренний комментарий|社内メモ|内部备注",
    ),
    (
        Kind::Attachment,
        "attachment|attachments|anhang|anhänge|archivo adjunto|archivos adjuntos|adjunto|adjuntos|pièce jointe|pièces jointes|\
         anexo|anexos|załącznik|załączniki|вложение|вложения|allegato|allegati|bijlage|bijlagen|添付ファイル|附件|příloha|přílohy|\
         ek|ekler|bilaga|bilagor|vedlegg|vedhæftet fil|첨부 파일|첨부파일|liite|melléklet|tệp đính kèm|вкладення|attachment links",
    ),
    (Kind::Sprint, "sprint|スプリント|спринт|冲刺|스프린트"),
    (
        Kind::Parent,
        "parent key|parent issue|parent task|parent id|parent|parent summary|übergeordnet|übergeordneter vorgang|principal|elemento principal|pai|element nadrzędny|родитель|родительская задача|elemento padre|bovenliggend|親|親課題|父级",
    ),
    (
        Kind::Project,
        "project key|project|project name|projects|projektschlüssel|projektname|projekt|clave del proyecto|clave de proyecto|nombre del proyecto|nombre de proyecto|proyecto|clé de projet|\
         clé du projet|nom du projet|nom de projet|projet|chave do projeto|nome do projeto|projeto|klucz projektu|nazwa projektu|ключ проекта|название проекта|\
         имя проекта|проект|chiave progetto|nome progetto|progetto|projectsleutel|projectnaam|プロジェクト キー|プロジェクトキー|プロジェクト名|プロジェクト|项目关键字|项目密钥|项目名称|项目",
    ),
    (
        Kind::ProjectType,
        "project type|projekttyp|tipo de proyecto|type de projet|tipo de projeto|typ projektu|тип проекта|tipo di progetto|tipo progetto|projecttype|\
         プロジェクト タイプ|プロジェクトタイプ|项目类型",
    ),
    (
        Kind::Customer,
        "customer|company|organization|organisation|account|account name|client|kunde|firma|cliente|empresa|société|klient|клиент|компания|\
         azienda|klant|bedrijf|顧客|会社|客户|公司",
    ),
    (Kind::Tier, "tier|plan|support plan|support tier|sla plan"),
    (Kind::Url, "url|link|web url|card url|permalink|issue url|ticket url|html url"),
    (
        Kind::Noise,
        "votes|watchers|watchers id|last viewed|work ratio|project lead|project lead id|project description|project url|original estimate|\
         remaining estimate|time spent|σ original estimate|σ remaining estimate|σ time spent|status category changed|custom field (rank)|\
         custom field (development)|custom field (issue color)|custom field ([chart] date of first response)|\
         custom field ([chart] time in status)|end of line|projektleiter|projektbeschreibung|stimmen|beobachter|zuletzt angesehen|\
         responsable del proyecto|descripción del proyecto|votos|observadores|última visualización|responsable du projet|description du projet|\
         dernière consultation|observateurs|líder do projeto|descrição do projeto|kierownik projektu|opis projektu|głosy|obserwujący|\
         руководитель проекта|описание проекта|голоса|наблюдатели|последний просмотр|responsabile del progetto|voti|osservatori|projectleider|stemmen|volgers|投票|ウォッチャー|最終閲覧日",
    ),
];

static KINDS: LazyLock<HashMap<&'static str, (Kind, usize)>> = LazyLock::new(|| {
    let mut kinds = HashMap::new();
    for (kind, names) in NAMES {
        for (rank, name) in names.split('|').enumerate() {
            kinds.entry(name).or_insert((*kind, rank));
        }
    }
    kinds
});

/// What a column of this name holds, and how telling the name is: the smaller the number the better.
pub(super) fn kind_of(name: &str) -> Option<(Kind, usize)> {
    KINDS.get(alike(name).as_str()).copied()
}

/// The names of columns made alike for comparison.
pub(super) fn alike(name: &str) -> String {
    let name = name.to_lowercase().replace('\u{2019}', "'");
    let name = name.replace(['_', '-', '\u{a0}', '\u{3000}'], " ");
    let name = name.replace("(utc)", "utc");
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").trim_matches([':', '*', '"', '\'', ' ', '\u{feff}']).to_owned()
}

/// Is this the name of a part of every ticket? A field of a site cannot bear it.
pub(super) fn is_ours(name: &str) -> bool {
    const PARTS: [&str; 15] = [
        "title",
        "status",
        "priority",
        "assignee",
        "requester",
        "customer",
        "tier",
        "channel",
        "due",
        "snoozed",
        "merged",
        "labels",
        "links",
        "description",
        "fields",
    ];
    PARTS.contains(&name)
}

/// The columns of each kind: of those that may stand beside each other all, of the others those that
/// bear the most telling of the names.
pub(super) fn columns_of(header: &[String]) -> HashMap<Kind, Vec<usize>> {
    let mut found: HashMap<Kind, Vec<(usize, usize)>> = HashMap::new();
    for (place, name) in header.iter().enumerate() {
        if let Some((kind, rank)) = kind_of(name) {
            found.entry(kind).or_default().push((rank, place));
        }
    }
    let best = |(kind, mut places): (Kind, Vec<(usize, usize)>)| {
        const MANY: [Kind; 11] = [
            Kind::Labels,
            Kind::Component,
            Kind::FixVersions,
            Kind::Versions,
            Kind::Comment,
            Kind::PrivateComment,
            Kind::Attachment,
            Kind::Sprint,
            Kind::Parent,
            Kind::Project,
            Kind::Noise,
        ];
        places.sort_unstable();
        let first = places.first().map_or(0, |(rank, _)| *rank);
        places.retain(|(rank, _)| *rank == first || MANY.contains(&kind));
        (kind, places.into_iter().map(|(_, place)| place).collect())
    };
    found.into_iter().map(best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names_in_many_languages() {
        for (kind, names) in [
            (
                Kind::Title,
                "Summary|Resumen|Résumé|Resumo|Podsumowanie|Zusammenfassung|要約| Task Name",
            ),
            (Kind::Key, "Issue key|Key  |Clave de incidencia|Clé de ticket|Chave da item"),
            (Kind::Key, "Klucz zgłoszenia|Vorgangsschlüssel|課題キー|Chiave ticket|\u{feff}Key"),
            (Kind::Created, "Created|Created At (UTC)|created_at|Erstellt|Creada|Создано|作成日"),
            (Kind::Requester, "Reporter|Informador|Rapporteur|Relator|報告者|Osoba zgłaszająca"),
            (Kind::Noise, "Votes|Custom field (Rank)|end of line"),
        ] {
            for name in names.split('|') {
                assert_eq!(kind_of(name).map(|(kind, _)| kind), Some(kind), "{name}");
            }
        }
        assert_eq!(kind_of("Custom field (Team)"), None);
        let header = ["Name", "Subject", "Title", "Labels", "labels"].map(str::to_owned);
        let columns = columns_of(&header);
        assert_eq!(
            (&columns[&Kind::Title][..], &columns[&Kind::Labels][..]),
            (&[2][..], &[3, 4][..])
        );
    }

    #[test]
    fn a_name_stands_once() {
        let mut names: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.split('|')).collect();
        for name in &names {
            assert_eq!(alike(name), *name);
        }
        names.sort_unstable();
        let twice: Vec<&[&str]> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
