# Тексты консоли. Коротко, на «вы», без сокращений, которых нет в обиходе. Знаки только ASCII, без значков.
# Каждый ключ есть и в en.ftl, с теми же переменными: это проверяет испытание.

code-plain = { $code }

## Сроки и длительности

span-seconds = { $n } { $n ->
    [one] секунда
    [few] секунды
   *[many] секунд
}
span-minutes = { $n } { $n ->
    [one] минута
    [few] минуты
   *[many] минут
}
span-hours = { $n } { $n ->
    [one] час
    [few] часа
   *[many] часов
}
span-days = { $n } { $n ->
    [one] день
    [few] дня
   *[many] дней
}
span-short-minutes = { $n } мин
span-short-hours = { $n } ч
span-short-days = { $n } дн
ago-minutes = { $n } { $n ->
    [one] минуту
    [few] минуты
   *[many] минут
} назад
ago-hours = { $n } { $n ->
    [one] час
    [few] часа
   *[many] часов
} назад
ago-days = { $n } { $n ->
    [one] день
    [few] дня
   *[many] дней
} назад
ago-now = только что
due-overdue = просроч. { $span }
due-met = отклик дан
due-late = дан поздно
due-none = —
file-by-none = —
file-by-no-anchor = нет даты
file-by-missed = пропущен
file-by-done = подано
file-by-day = { $place } { $day }

## Куда сдавать: коротко, для колонки «Сдать до»

rule-place-tk392-dismissal = суд
rule-place-tk392-general = суд
rule-place-tk392-wage = суд
rule-place-tk392-moral = суд
rule-place-tk386-kts = КТС
rule-place-tk390-kts-appeal = суд
rule-place-tk373-opinion = мнение
rule-place-tk372-opinion = мнение
rule-place-tk180-notice = событие
rule-place-tk74-notice = событие
rule-place-tk370-employer = ответ
rule-place-fz59-30 = ответ
rule-place-date = событие

## Сроки по закону

rule-tk392-dismissal = суд, спор об увольнении: месяц (ТК РФ ст. 392 ч. 1)
rule-tk392-general = суд, другие споры работника: 3 месяца (ТК РФ ст. 392 ч. 1)
rule-tk392-wage = суд, невыплата зарплаты: год (ТК РФ ст. 392 ч. 2)
rule-tk392-moral = суд, моральный вред отдельно: 3 месяца (ТК РФ ст. 392 ч. 3)
rule-tk386-kts = комиссия по трудовым спорам: 3 месяца (ТК РФ ст. 386)
rule-tk390-kts-appeal = обжаловать решение КТС в суд: 10 дней (ТК РФ ст. 390)
rule-tk373-opinion = мнение профкома об увольнении: 7 рабочих дней (ТК РФ ст. 373)
rule-tk372-opinion = мнение профкома о локальном акте: 5 рабочих дней (ТК РФ ст. 372)
rule-tk180-notice = сокращение: раньше этой даты уволить нельзя (ТК РФ ст. 180)
rule-tk74-notice = изменение условий: дата, до которой нужен ответ работника (ТК РФ ст. 74)
rule-tk370-employer = ответ работодателя на требование профинспекции (ТК РФ ст. 370)
rule-fz59-30 = ответ инспекции или прокуратуры: 30 дней (59-ФЗ ст. 12)
rule-date = событие, названное в обращении

## Слова обращения

channel-email = почта
channel-max = MAX
channel-vk = ВК
channel-telegram = Телеграм
channel-web = сайт
channel-app = приложение
channel-sos = кнопка SOS
channel-phone = телефон
channel-visit = приём
channel-post-scan = письмо
channel-staff = сотрудник
channel-kind-maildir = папка писем Maildir
channel-kind-imap = почтовый ящик IMAP
channel-kind-telegram = Телеграм
channel-kind-vk = ВК
channel-kind-max = MAX
stage-new = новое
stage-sorted = разобрано
stage-taken = в работе
stage-under-control = на контроле
stage-answered = отвечено
stage-closed = закрыто
stage-spam = спам
stage-thanks = благодарность
stage-duplicate = повтор
stage-merged = объединено
urgency-sos = SOS
urgency-high = срочно
urgency-normal = обычно
urgency-low = не спешно
topic-wages = оплата труда
topic-dismissal = увольнение
topic-discipline = взыскание
topic-working-time = рабочее время
topic-vacation = отпуск
topic-transfer = перевод
topic-contract = трудовой договор
topic-safety = охрана труда
topic-safety-sout = СОУТ
topic-safety-accident = несчастный случай
topic-pension = пенсия
topic-maternity = материнство
topic-social = социальные гарантии
topic-housing = жильё
topic-collective = коллективный договор
topic-union-rights = права профсоюза
topic-conflict = конфликт, травля
topic-membership = членство
topic-other = другое
consent-yes = разрешил
consent-no = запретил
consent-not-asked = не спрошено
member-state-member = член профсоюза
member-state-staff = член профсоюза, выборное лицо
member-state-lapsed = был членом, выбыл
member-state-not-member = не член профсоюза
member-state-registry-gap = говорит, что член; в реестре нет
member-state-ambiguous = неясно: несколько похожих
member-state-unverifiable = неясно: мало данных
member-state-cell-member = да
member-state-cell-staff = да
member-state-cell-lapsed = выбыл
member-state-cell-not-member = нет
member-state-cell-registry-gap = неясно
member-state-cell-ambiguous = неясно
member-state-cell-unverifiable = неясно
member-unknown-cell = ?
member-unknown = членство не проверено
member-status-active = состоит
member-status-left = выбыл
member-status-unknown = неизвестно
org-level-central = центральный комитет
org-level-regional = областная организация
org-level-local = районная или городская организация
org-level-primary = первичная организация
org-level-shop = цеховая организация
response-state-running = ждёт отклика
response-state-met = отклик дан в срок
response-state-late = отклик дан с опозданием
response-state-breached = отклика нет, срок прошёл
response-state-none = срока нет
reply-kind-response = отклик
reply-kind-merits = ответ по существу
direction-in = входящее
direction-out = исходящее
direction-note = заметка
limitation-kind-limitation = срок по закону
limitation-kind-event = событие
limitation-state-no-anchor = нет даты отсчёта
limitation-state-running = идёт
limitation-state-missed = пропущен: ходатайство о восстановлении, ТК РФ ст. 392 ч. 5
limitation-state-done = сделано
clock-straight = 24 часа подряд
clock-workdays = 24 часа без выходных
delivery-kind-reply = ответ
delivery-kind-receipt = уведомление о регистрации
delivery-state-scheduled = ждёт отправки
delivery-state-sending = отправляется
delivery-state-accepted = принято сервером
delivery-state-retry = не вышло, повторим
delivery-state-failed = не отправлено
delivery-state-unknown = неизвестно, дошло ли: решите сами
delivery-state-delivered = доставлено
delivery-state-bounced = вернулось
delivery-state-blocked = отвергнуто получателем
delivery-state-cancelled = отменено
delivery-state-cell-scheduled = ждёт
delivery-state-cell-retry = повтор
delivery-state-cell-failed = ОШИБКА
delivery-state-cell-unknown = НЕЯСНО
delivery-state-cell-bounced = ВЕРНУЛОСЬ
delivery-state-cell-blocked = ОТВЕРГНУТО
delivery-state-cell-accepted = принято
fate-pending = ждёт разбора
fate-new = новое обращение
fate-appended = добавлено к обращению
fate-duplicate = повтор
fate-service = служебное
fate-history = старое
fate-quarantined = в карантине
role-duty = дежурный
role-lawyer = юрист
role-inspector = технический инспектор
role-economist = экономист
role-social = специалист по социальным вопросам
role-editor = редактор
role-polls = автор опросов
role-chair = председатель
role-head = руководитель
role-auditor = проверяющий
role-admin = администратор
worker-intake = приём
worker-sender = отправка
worker-timer = часы
worker-import = загрузка

## Ошибки: что случилось, что сохранено, что делать

error-unknown = Не получилось (код { $code }). Ваш текст сохранён. Повторите; если не поможет, назовите код администратору.
error-conflict = Пока вы смотрели, это изменил другой человек. Ничего не записано. Посмотрите, что изменилось, и решите снова.
error-not-found = Такого нет или у вас нет к нему доступа.
error-not-allowed = У вас нет права на это действие. Обратитесь к руководителю.
error-invalid = Так записать нельзя: проверьте, что введено.
error-desk-newer = Программа старше, чем данные. Черновик сохранён. Закройте программу и откройте её снова после обновления.
error-desk-busy = Данные заняты другой работой. Ничего не потеряно. Подождите немного и повторите.
error-desk-missing = По этому адресу данных нет. Проверьте адрес или создайте их: otklik init.
error-desk-network = Данные лежат на сетевом диске: так их легко испортить. Перенесите на свой диск или возьмите PostgreSQL.
error-desk-unreachable = Нет связи с базой данных. Черновик сохранён на экране. Проверьте сеть; программа повторит сама.
error-disk-full = На диске нет места. Ничего не записано. Освободите место и повторите.
error-newer-message = Пришло новое письмо от автора. Ответ не отправлен, черновик сохранён. Прочтите письмо и отправьте снова.
error-already-taken = Обращение уже взял другой сотрудник.
error-too-late = Уже отправлено: отменить нельзя.
error-channel-refused = Сервер не принял письмо. Оно в «Исходящих», причина там же.
error-not-demo = Это можно только на учебных данных.
error-io = Не получилось прочитать или записать файл. Проверьте имя и права.
error-usage = Команда написана не так.
error-internal = Внутренняя ошибка программы. Черновик сохранён. Сообщите администратору.
