//! What trackers call status, resolution and priority, in the languages that they come in.
//!
//! Every function takes a word as it stands in a file and gives ours, or none where the word is not
//! known: what to take then is the format's business. Case, `_`, `-`, emoji and a number in front
//! (`3 - Medium`) do not matter; of a compound (`closed/fixed`, `Resuelta (QA)`) the first part that
//! is known counts. Numbers alone mean something else in every tool and are never known here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::domain::words::{Priority, Resolution, Status};

/// Where a ticket stands, and how it ended where the word says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Where it stands.
    pub(super) status: Status,
    /// How it ended; only of one that is closed.
    pub(super) resolution: Option<Resolution>,
}

/// What a status is called: ours, and the words for it.
const STATUSES: &[(Status, &str)] = &[
    (
        Status::New,
        "new|triage|needs triage|untriaged|unconfirmed|unread|submitted|received|inbox|incoming|\
         needs review by support|neu|eingegangen|nuevo|nueva|nouveau|nouvelle|novo|nova|nowy|nowe|\
         nowa|новый|новая|новое|новая задача|nuovo|nuova|nieuw|新規|新建|新的|新|nový|nová|yeni|ny|nytt|\
         nye|новий|신규|uusi|új|mới",
    ),
    (
        Status::Open,
        "open|opened|to do|todo|reopened|re opened|reactivated|backlog|selected for development|\
         in progress|inprogress|doing|started|in development|development|wip|active|assigned|\
         accepted|acknowledged|confirmed|triaged|planned|ready|ready for dev|ready for development|\
         ready for work|up next|next up|next|current|this week|today|now|in review|review|\
         code review|peer review|under review|needs review|in qa|qa|testing|test|in test|in testing|\
         ready for qa|ready for test|ready for testing|unstarted|not started|under investigation|\
         investigating|in analysis|analysis|in design|design|queued|unresolved|work in progress|\
         development in progress|not done|open ticket|customer replied|escalated|approved|awaiting implementation|\
         waiting for support|waiting on support|answered by customer|in arbeit|in bearbeitung|offen|\
         zu erledigen|wieder geöffnet|wiedereröffnet|erneut geöffnet|ausgewählt für entwicklung|\
         zu tun|in prüfung|zugewiesen|abierto|abierta|por hacer|tareas por hacer|pendiente de hacer|\
         en curso|en progreso|en proceso|reabierto|reabierta|en revisión|asignado|asignada|ouvert|ouverte|à faire|en cours|\
         rouvert|rouverte|réouvert|réouverte|en cours de traitement|en cours de revue|assigné|assignée|\
         aberto|aberta|a fazer|tarefas pendentes|itens pendentes|em andamento|em progresso|em curso|\
         em desenvolvimento|reaberto|reaberta|em revisão|otwarte|otwarty|otwarta|do zrobienia|w toku|\
         w trakcie|w realizacji|ponownie otwarte|ponownie otwarty|открыт|открыта|открыто|открытый|\
         открытая|к выполнению|сделать|в работе|в процессе|в процессе выполнения|переоткрыт|переоткрыта|\
         открыт повторно|открыто повторно|назначен|назначена|aperto|aperta|da fare|da completare|in corso|\
         riaperto|riaperta|in lavorazione|te doen|in uitvoering|mee bezig|in behandeling|heropend|\
         未対応|未着手|オープン|対応中|処理中|進行中|作業中|再オープン|待办|待处理|开放|打开|进行中|处理中|正在进行|\
         重新打开|待辦|處理中|進行中工作|otevřený|otevřená|otevřeno|probíhá|k vyřízení|açık|yapılacak|\
         devam ediyor|öppen|pågående|att göra|pågår|åben|igangværende|відкрито|в роботі|до виконання|\
         열림|할 일|진행 중|해야 할 일|avoin|kesken|nyitott|folyamatban|đang làm|cần làm|việc cần làm|đang thực hiện|đang tiến hành",
    ),
    (
        Status::Pending,
        "pending|pending reminder|waiting for customer|waiting on customer|waiting for reporter|\
         waiting for user|waiting for response|awaiting response|awaiting customer|awaiting reply|\
         awaiting user info|awaiting info|awaiting feedback|feedback|needinfo|needs info|need info|\
         needs more info|more info needed|needs information|info needed|information needed|\
         info required|waiting for info|waiting for feedback|waiting for reply|waiting for information|\
         incomplete|answered|replied|pending customer|pending customer response|\
         wartet auf kunden|warten auf kunden|warten auf rückmeldung|wartet auf antwort|rückfrage|rückmeldung|\
         esperando al cliente|esperando por el cliente|a la espera del cliente|pendiente del cliente|\
         comentarios|en attente du client|en attente de client|aguardando cliente|aguardando o cliente|\
         aguardando pelo cliente|aguardando resposta|oczekiwanie na klienta|oczekuje na klienta|\
         ожидание клиента|ожидает ответа|ожидание ответа клиента|обратная связь|in attesa del cliente|\
         in attesa di risposta|wachten op klant|wachtend op klant|顧客の返答待ち|顧客待ち|フィードバック|\
         返答待ち|等待客户|等待客戶|反馈|čeká na zákazníka|müşteri bekleniyor|väntar på kund|고객 대기 중",
    ),
    (
        Status::Hold,
        "hold|on hold|onhold|blocked|paused|waiting|deferred|postponed|parked|stalled|suspended|snoozed|\
         delayed|impeded|someday|icebox|later|waiting for third party|waiting for vendor|\
         waiting for release|pending release|pending deployment|awaiting change|\
         blockiert|wartend|angehalten|zurückgestellt|pausiert|wartet|bloqueado|bloqueada|en espera|\
         pausado|aplazado|bloqué|bloquée|en attente|suspendu|suspendue|différé|em espera|aguardando|\
         adiado|suspenso|zablokowane|zablokowany|wstrzymane|wstrzymany|oczekujące|oczekuje|\
         заблокирован|заблокирована|отложен|отложена|отложено|приостановлен|приостановлена|ожидание|\
         ожидает|bloccato|bloccata|in attesa|sospeso|sospesa|geblokkeerd|in de wacht|uitgesteld|wachten|\
         保留|保留中|ブロック|待機中|挂起|已暂停|阻塞|搁置|blokováno|odloženo|čeká|beklemede|blockerad|väntar|\
         afventer|очікує|보류|보류 중|odotaa|függőben|tạm dừng",
    ),
    (
        Status::Closed,
        "closed|done|resolved|complete|completed|solved|finished|fixed|released|deployed|live|shipped|\
         delivered|verified|merged|archived|archive|closed successful|closed unsuccessful|removed|\
         closed with workaround|ready for release|fix released|in production|in prod|prod|published|\
         launched|implemented|accepted and closed|auto closed|\
         erledigt|geschlossen|gelöst|fertig|abgeschlossen|behoben|fertiggestellt|beendet|\
         cerrado|cerrada|resuelto|resuelta|hecho|hecha|listo|lista|finalizado|finalizada|terminado|\
         terminada|completado|completada|fermé|fermée|résolu|résolue|terminé|terminée|terminé e|clos|close|fini|\
         livré|fechado|fechada|resolvido|resolvida|concluído|concluída|concluido|concluida|feito|\
         itens concluídos|pronto|encerrado|encerrada|zamknięte|zamknięty|zamknięta|gotowe|rozwiązane|\
         rozwiązany|zrobione|ukończone|ukończono|zakończone|wykonane|закрыт|закрыта|закрыто|закрытый|\
         закрытая|решен|решена|решено|решён|решённый|решенный|готово|выполнено|выполнен|выполнена|\
         завершено|завершён|завершен|завершена|сделано|chiuso|chiusa|risolto|risolta|completato|\
         completata|fatto|fatta|terminato|gesloten|opgelost|gereed|klaar|afgerond|voltooid|\
         完了|解決|解決済み|解決済|終了|クローズ|処理済み|対応済み|関闭|已关闭|关闭|已完成|完成|已解决|解决|已關閉|已解決|\
         hotovo|uzavřeno|uzavřený|vyřešeno|vyřešený|dokončeno|kapalı|kapatıldı|çözüldü|tamamlandı|bitti|\
         stängd|klar|löst|avslutad|lukket|løst|færdig|ferdig|lukket sak|закрито|вирішено|виконано|\
         완료|완료됨|종료|해결됨|닫힘|valmis|suljettu|lezárt|kész|megoldva|hoàn thành|đã xong|đã đóng|đã hoàn thành",
    ),
];

/// How something ended: ours, and the words for it. As a status they mean that it is closed.
const RESOLUTIONS: &[(Resolution, &str)] = &[
    (
        Resolution::Wontfix,
        "won't fix|wont fix|wontfix|won't do|wont do|won't implement|wont implement|declined|rejected|\
         cancelled|canceled|abandoned|not planned|not doing|closed unsuccessful|dropped|discarded|denied|out of scope|\
         will not fix|will not do|closed skipped|no fix|by design|as designed|works as designed|\
         working as intended|suspended indefinitely|wird nicht behoben|wird nicht erledigt|\
         wird nicht gemacht|wird nicht bearbeitet|abgelehnt|abgebrochen|verworfen|storniert|\
         no se corregirá|no se solucionará|no se hará|no se arreglará|rechazado|rechazada|cancelado|\
         cancelada|descartado|ne sera pas corrigé|ne sera pas résolu|ne sera pas fait|non corrigé|rejeté|rejetée|\
         annulé|annulée|abandonné|abandonnée|refusé|não será corrigido|não será feito|não corrigir|\
         rejeitado|rejeitada|recusado|nie zostanie naprawione|nie zostanie wykonane|nie będzie naprawione|\
         odrzucone|odrzucony|anulowane|anulowano|anulowany|не будет исправлено|не будет выполнено|\
         не будет исправлен|отклонен|отклонена|отклонено|отклонён|отменен|отменена|отменено|отменён|\
         non verrà risolto|non sarà risolto|non sarà fatto|non verrà eseguito|respinto|rifiutato|rifiutata|\
         annullato|annullata|wordt niet opgelost|wordt niet gedaan|zal niet worden opgelost|afgewezen|\
         geannuleerd|修正しない|対応しない|却下|キャンセル|中止|不予修复|不修复|不会修复|不修復|已拒绝|已取消|拒绝|取消|\
         zamítnuto|zrušeno|nebude opraveno|reddedildi|iptal|iptal edildi|düzeltilmeyecek|avvisad|avbruten|\
         afvist|відхилено|скасовано|거부됨|취소됨|취소|hylätty|elutasítva|đã hủy|huỷ bỏ",
    ),
    (
        Resolution::Duplicate,
        "duplicate|duplicated|dup|dupe|duplikat|doppelt|duplicado|duplicada|doublon|dupliqué|dubbel|\
         duplicato|duplicata|дубликат|дублирован|повтор|重複|重复|已重复|duplicitní|duplicita|yinelenen|dublett|dubblett|\
         дублікат|중복|kaksoiskappale|trùng lặp|merged into",
    ),
    (
        Resolution::Invalid,
        "invalid|cannot reproduce|can't reproduce|cant reproduce|could not reproduce|not reproducible|\
         unreproducible|unable to reproduce|worksforme|works for me|not a bug|notabug|not an issue|not our bug|\
         not a defect|no action|no action required|user error|spam|junk|obsolete|withdrawn|moved|\
         opinion|out of date|nothing to do|no change required|not applicable|not valid|\
         ungültig|nicht reproduzierbar|kein fehler|hinfällig|inválido|inválida|no válido|\
         no reproducible|no se puede reproducir|no es un error|obsoleto|obsoleta|invalide|non valide|non reproductible|\
         impossible à reproduire|obsolète|sans objet|não reproduzível|não é possível reproduzir|\
         não é um erro|não foi possível reproduzir|nieprawidłowe|nieprawidłowy|nie można odtworzyć|\
         nie można zreprodukować|nieaktualne|недействителен|неверный|не воспроизводится|\
         невозможно воспроизвести|не ошибка|неактуально|неактуальна|non valido|non riproducibile|\
         impossibile riprodurre|non è un bug|ongeldig|niet reproduceerbaar|kan niet reproduceren|geen bug|\
         無効|再現不可|再現できません|再現しない|不具合ではない|无效|無效|无法重现|無法重現|无法复现|neplatný|neplatné|nelze reprodukovat|\
         geçersiz|tekrarlanamıyor|ogiltig|ugyldig|недійсний|잘못됨|재현 불가|재현 불가능|virheellinen|không hợp lệ|không tái hiện được",
    ),
    (
        Resolution::Stale,
        "stale|incomplete|expired|timed out|timeout|inactive|no response|no feedback|no reply|\
         needs more info|not enough information|insufficient information|insufficient info|\
         insufficient data|no longer needed by reporter|lapsed|unvollständig|veraltet|keine rückmeldung|\
         keine antwort|incompleto|incompleta|sin respuesta|incomplet|incomplète|pas de réponse|\
         sans réponse|sem resposta|niekompletne|niekompletny|brak odpowiedzi|неполный|неполная|\
         недостаточно информации|нет ответа|nessuna risposta|onvolledig|geen reactie|不完全|情報不足|\
         回答なし|不完整|信息不足|neúplné|eksik|tamamlanmamış|ofullständig|불완전",
    ),
    (
        Resolution::Answered,
        "answered|question answered|explained|information provided|support provided|documented elsewhere|\
         beantwortet|respondido|respondida|répondu|répondue|udzielono odpowiedzi|отвечено|дан ответ|risposto|\
         beantwoord|回答済み|已回答|已答复|zodpovězeno|cevaplandı|besvarad|답변 완료|đã trả lời",
    ),
    (
        Resolution::Solved,
        "solved|fixed|done|resolved|complete|completed|implemented|workaround|works now|delivered|released|\
         deployed|finished|fix released|closed successful|closed with workaround|solved permanently|solved work around|\
         behoben|erledigt|gelöst|fertig|umgesetzt|corregido|corregida|solucionado|resuelto|resuelta|hecho|\
         listo|corrigé|corrigée|résolu|résolue|terminé|fait|corrigido|corrigida|resolvido|resolvida|\
         concluído|feito|itens concluídos|naprawione|naprawiony|rozwiązane|gotowe|zrobione|исправлен|исправлена|исправлено|\
         решен|решена|решено|готово|выполнено|сделано|risolto|risolta|corretto|completato|fatto|opgelost|\
         gereed|klaar|voltooid|修正済み|解決|解決済み|完了|已修复|已解决|已完成|完成|修复|已修復|opraveno|vyřešeno|hotovo|\
         çözüldü|düzeltildi|tamamlandı|åtgärdad|löst|klar|løst|виправлено|вирішено|해결됨|완료|완료됨|korjattu|valmis|đã sửa|hoàn thành",
    ),
];

/// What a priority is called: ours, and the words for it.
const PRIORITIES: &[(Priority, &str)] = &[
    (
        Priority::Urgent,
        "urgent|highest|blocker|critical|immediate|emergency|very high|top|showstopper|show stopper|\
         catastrophic|p0|sev0|sev1|s1|asap|kritisch|blockierend|dringend|am höchsten|höchste|sehr hoch|\
         sofort|urgente|la más alta|más alta|muy alta|muy alto|bloqueante|bloqueador|bloqueadora|crítico|\
         crítica|inmediata|critique|bloquant|bloquante|la plus élevée|le plus élevé|très haute|très élevée|\
         immédiat|immédiate|mais alta|o mais alto|muito alta|imediato|imediata|najwyższy|najwyższe|najwyższa|\
         krytyczny|krytyczne|pilne|pilny|blokujący|наивысший|самый высокий|очень высокий|критический|\
         критичный|критическая|блокирующий|блокер|срочный|срочно|срочная|немедленный|неотложный|massima|la più alta|molto alta|\
         critico|critica|bloccante|immediata|hoogste|hoogst|zeer hoog|dringende|blokkerend|最高|緊急|致命的|重大|\
         今すぐ|紧急|严重|非常高|立刻|最高级|阻断|nejvyšší|kritický|kritická|urgentní|okamžitá|en yüksek|kritik|acil|\
         högst|högsta|brådskande|højeste|найвищий|критичний|가장 높음|긴급|korkein|kiireellinen|legmagasabb|sürgős|khẩn cấp|cao nhất",
    ),
    (
        Priority::High,
        "high|major|important|severe|p1|sev2|s2|elevated|hoch|wichtig|schwerwiegend|schwer|alta|alto|\
         importante|principal|grave|haute|haut|élevée|élevé|elevée|majeure|majeur|wysoki|wysokie|wysoka|ważne|ważny|\
         poważny|высокий|высокая|важный|важная|важно|основной|серьезный|серьёзный|maggiore|elevata|elevato|hoog|\
         belangrijk|高|高い|重要|メジャー|主要|高优先级|vysoká|vysoký|důležitá|yüksek|önemli|hög|viktig|høj|høy|високий|높음|중요|\
         korkea|magas|fontos|cao",
    ),
    (
        Priority::Normal,
        "normal|medium|moderate|standard|default|average|p2|sev3|s3|mittel|mäßig|media|medio|mediana|mediano|\
         moyenne|moyen|normale|média|médio|normalna|normalny|normalne|średni|średnie|średnia|\
         средний|средняя|обычный|обычная|нормальный|нормальная|gemiddeld|normaal|中|普通|通常|中等|一般|中级|střední|\
         normální|orta|medelhög|mellan|mellem|middels|середній|звичайний|보통|중간|normaali|keskitaso|közepes|trung bình|bình thường",
    ),
    (
        Priority::Low,
        "low|lowest|minor|trivial|very low|cosmetic|nice to have|enhancement|planning|wishlist|p3|p4|p5|sev4|\
         sev5|s4|niedrig|gering|am niedrigsten|niedrigste|sehr niedrig|unwesentlich|geringfügig|baja|bajo|\
         la más baja|más baja|muy baja|menor|secundario|basse|bas|faible|la plus basse|le plus faible|la plus faible|\
         très basse|très faible|mineure|mineur|triviale|baixa|baixo|mais baixa|o mais baixo|muito baixa|niski|niskie|\
         niska|najniższy|najniższe|najniższa|drobny|trywialny|низкий|низкая|самый низкий|наименьший|наинизший|\
         очень низкий|незначительный|незначительная|тривиальный|тривиальная|bassa|basso|minima|la più bassa|molto bassa|\
         minore|banale|laag|laagste|laagst|zeer laag|onbelangrijk|低|低い|最低|軽微|マイナー|些細|低优先级|次要|非常低|轻微|nízká|nízký|\
         nejnižší|drobná|düşük|en düşük|låg|lägst|lägsta|lav|laveste|низький|낮음|가장 낮음|matala|matalin|alacsony|thấp|thấp nhất",
    ),
];

/// What stands where nobody or nothing is meant.
const NOTHING: &str = "none|null|nil|nan|n/a|na|undefined|unassigned|unresolved|nobody|no one|not set|\
     no priority|no value|undecided|triage|--|---|-|-1|[]|{}|(none)|(unassigned)|\
     nicht zugewiesen|nicht zugeordnet|niemand|keine|keiner|kein|nicht erledigt|unerledigt|nicht gelöst|\
     sin asignar|no asignado|no asignada|ninguno|ninguna|nadie|sin resolver|non assigné|non assignée|non attribué|personne|\
     aucun|aucune|non résolu|non résolue|não atribuído|não atribuída|sem responsável|nenhum|nenhuma|ninguém|\
     não resolvido|não resolvida|nieprzypisane|nieprzypisany|nieprzydzielone|nieprzydzielony|brak|nikt|nierozwiązane|\
     не назначено|не назначен|не назначена|нет|никто|не решен|не решено|не решён|нет решения|non assegnato|non assegnata|\
     nessuno|nessuna|non risolto|non risolta|niet toegewezen|geen|niemand toegewezen|onopgelost|\
     未割り当て|未割当|なし|担当者なし|未解決|未分配|未指派|无|無|未解决|nepřiřazeno|žádný|žádná|atanmamış|yok|otilldelad|ingen|\
     не призначено|немає|할당되지 않음|없음|해결되지 않음";

type Table<T> = LazyLock<HashMap<&'static str, T>>;

static STATUS: Table<Status> = LazyLock::new(|| table(STATUSES));
static RESOLUTION: Table<Resolution> = LazyLock::new(|| table(RESOLUTIONS));
static PRIORITY: Table<Priority> = LazyLock::new(|| table(PRIORITIES));
static NO: LazyLock<HashSet<&'static str>> = LazyLock::new(|| NOTHING.split('|').collect());

fn table<T: Copy>(rows: &[(T, &'static str)]) -> HashMap<&'static str, T> {
    rows.iter().flat_map(|(ours, words)| words.split('|').map(|word| (word, *ours))).collect()
}

/// Where a ticket stands that is said to be `text`.
pub(super) fn standing(text: &str) -> Option<Standing> {
    let mut parts = parts(text);
    let (at, status) = parts.iter().enumerate().find_map(|(at, part)| Some((at, status(part)?)))?;
    let ended = parts.drain(at..).find_map(|part| match RESOLUTION.get(part.as_str()) {
        // `done` and `closed` say that it ended, and not how.
        Some(Resolution::Solved) | None => None,
        ended => ended.copied(),
    });
    let resolution = ended.filter(|_| status == Status::Closed);
    Some(Standing { status, resolution })
}

fn status(part: &str) -> Option<Status> {
    let ended = || RESOLUTION.get(part).map(|_| Status::Closed);
    STATUS.get(part).copied().or_else(ended)
}

/// How something ended that is said to have ended as `text`.
pub(super) fn resolution(text: &str) -> Option<Resolution> {
    parts(text).iter().find_map(|part| RESOLUTION.get(part.as_str()).copied())
}

/// How much something matters that is said to be `text`.
pub(super) fn priority(text: &str) -> Option<Priority> {
    parts(text).iter().find_map(|part| PRIORITY.get(part.as_str()).copied())
}

/// Does `text` say that there is nothing, or nobody: `null`, `Unassigned`, `Не назначено`, `-1`?
pub(super) fn is_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.is_empty() || NO.contains(text.as_str())
}

/// `text`, unless it says that there is nothing.
pub(super) fn something(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !is_nothing(text))
}

/// The longest text that is taken for a word, in bytes.
const LONGEST: usize = 120;

/// The whole of a text and then its parts, made alike for comparison.
fn parts(text: &str) -> Vec<String> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    let separators = ['/', ':', '(', ')', '[', ']', ',', ';', '|', '>', '–', '—', '・'];
    let around = |part: &str| part.split(separators).map(alike).collect::<Vec<_>>();
    let mut parts = vec![alike(&lower)];
    parts.extend(around(&lower));
    parts.extend(lower.split(" - ").flat_map(around));
    parts.retain(|part| !part.is_empty());
    parts
}

/// Without signs at its ends, a number in front, and with single blanks for whatever joins words.
fn alike(part: &str) -> String {
    let part: String = part.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c }).collect();
    let ends = |c: char| !c.is_alphanumeric();
    let part = part.trim_matches(ends);
    let numbered = part.trim_start_matches(|c: char| c.is_ascii_digit());
    let begins = numbered.trim_start_matches(ends);
    let part = if begins.len() < numbered.len() || part.is_empty() { begins } else { part };
    part.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_things_stand_is_known_in_many_words() {
        for (status, words) in [
            (Status::New, "New|NEW|neu|Nuevo|Новый|新規|0. Triage"),
            (Status::Open, "Open|To Do|TO-DO|in_progress|In Arbeit|En curso|À faire|Em andamento"),
            (
                Status::Open,
                "Do zrobienia|В работе|In corso|進行中|🔥 Doing|In Progress (Dev)|2 - Open",
            ),
            (Status::Pending, "Waiting for customer|needinfo|Pending|Wartet auf Kunden|返答待ち"),
            (Status::Hold, "On Hold|BLOCKED|Zurückgestellt|En attente|保留"),
            (
                Status::Closed,
                "Done|done ✅|Closed - fixed|closed/fixed|Erledigt|Cerrada|Résolu|完了",
            ),
            (
                Status::Closed,
                "Concluído|Gotowe|Готово|Risolto|Gesloten|Canceled|Won't Do|Duplicate",
            ),
        ] {
            for word in words.split('|') {
                assert_eq!(standing(word).map(|it| it.status), Some(status), "{word}");
            }
        }
        for word in ["", "3", "Elephants", "Live on site (or similar)", &"done ".repeat(1000)] {
            assert_eq!(standing(word), None, "{word}");
        }
        assert_eq!(standing("closed/wontfix").unwrap().resolution, Some(Resolution::Wontfix));
        assert_eq!(standing("Abgelehnt").unwrap().resolution, Some(Resolution::Wontfix));
        assert_eq!(standing("Done").unwrap().resolution, None);
    }

    #[test]
    fn how_things_ended_and_how_much_they_matter() {
        for (ended, words) in [
            (Resolution::Solved, "Fixed|FIXED|Done|Behoben|Corregido|Corrigé|已修复|closed/fixed"),
            (Resolution::Wontfix, "Won't Fix|Won’t do|WONTFIX|Abgelehnt|Не будет исправлено"),
            (Resolution::Duplicate, "Duplicate|Duplicado|Doublon|Дубликат|重複"),
            (Resolution::Invalid, "Cannot Reproduce|WORKSFORME|Not Our Bug|Nicht reproduzierbar"),
            (Resolution::Stale, "Incomplete|Needs more info"),
        ] {
            for word in words.split('|') {
                assert_eq!(resolution(word), Some(ended), "{word}");
            }
        }
        for (level, words) in [
            (Priority::Urgent, "Highest|Blocker|1 - Critical|P0|Kritisch|Срочный|緊急"),
            (Priority::High, "High (P1)|Major / High|Hoch|Alta|Élevée|Wysoki|3. High"),
            (Priority::Normal, "Medium (P2)|3 normal|Средний|中|Moyenne"),
            (Priority::Low, "Low|Trivial|4 - Low|Niedrig|Baja|Наименьший"),
        ] {
            for word in words.split('|') {
                assert_eq!(priority(word), Some(level), "{word}");
            }
        }
        assert_eq!((priority("No priority"), priority("2"), resolution("")), (None, None, None));
        for word in ["", " ", "Unassigned", "Не назначено", "null", "-1", "[]", "---", "Не решен"]
        {
            assert!(is_nothing(word), "{word}");
        }
        assert_eq!(something(" Ada "), Some("Ada"));
    }

    #[test]
    fn a_word_stands_once_in_its_table() {
        for mut table in [words(STATUSES), words(RESOLUTIONS), words(PRIORITIES)] {
            table.sort_unstable();
            for pair in table.windows(2) {
                assert_ne!(pair[0], pair[1]);
            }
            for word in table {
                assert_eq!(alike(word), word);
            }
        }
    }

    fn words<T>(rows: &[(T, &'static str)]) -> Vec<&'static str> {
        rows.iter().flat_map(|(_, words)| words.split('|')).collect()
    }
}
