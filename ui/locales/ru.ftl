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

## Рамка

app-name = ОТКЛИК
screen-appeals = Обращения
screen-members = Члены
screen-outgoing = Исходящие
screen-outgoing-errors = Исходящие: ошибок { $n }
tab-mine = Мои
tab-new = Новые
tab-urgent = Срочные
tab-all = Все
tab-overdue = Просрочены
tab-closed = Закрытые
intake-running = Приём: идёт
intake-stopped = Приём: СТОИТ с { $since }
intake-none = Приём: НЕ НАСТРОЕН
too-small = Окно слишком мало. Нужно хотя бы 40 столбцов и 8 строк: увеличьте окно или уменьшите шрифт.

## Колонки

column-due = Ответ до
column-file-by = Сдать до
column-number = №
column-author = Заявитель
column-member = Член
column-subject = Тема
column-assignee = Исполнитель
column-channel = Откуда
column-received = Получено
column-stage = Состояние
column-recipient = Кому
column-state = Состояние
column-attempts = Попыток
column-kind = Что
column-name = Фамилия, имя, отчество
column-organisation = Организация
column-phone = Телефон
column-born = Родился

## Пусто, грузится, не вышло

loading = Загружаю…
load-failed = Не удалось загрузить.
empty-tab-mine = У вас нет открытых обращений. Новые — на вкладке «Новые»: клавиша F2 берёт обращение себе.
empty-tab-new = Новых обращений нет: всё разобрано.
empty-tab-urgent = Срочных обращений нет.
empty-tab-all = Открытых обращений нет. Как только придёт письмо, оно появится здесь само.
empty-tab-overdue = Просроченных обращений нет.
empty-tab-closed = Закрытых обращений пока нет.
empty-search = Ничего не нашлось по запросу «{ $query }». Сотрите запрос клавишей Esc или измените его.
empty-outgoing = Исходящих писем нет.
empty-members = Наберите фамилию, телефон или номер билета.
empty-members-none = В реестре никого не нашлось. Это ещё не значит, что человек не член профсоюза.
empty-registry = Реестр пуст. Загрузите его: otklik member import ФАЙЛ.csv
empty-match = Похожих людей в реестре нет. Уточните у заявителя фамилию, телефон и место работы.
empty-history = Записей пока нет.
empty-palette = Такой команды нет. Попробуйте другое слово.

## Сообщения и вопросы

notice-stray-keys = Клавиши не сработали: похоже, вы печатали текст не в том окне. Текст пишут в ответе: F4.
notice-stray-paste = Вставка здесь ничего не делает. Текст вставляют в ответ: F4.
notice-paste-cut = Вставлено не всё: не поместилось { $kb } КБ. Длинный текст лучше приложить файлом.
notice-text-full = Больше не помещается: предел 64 КБ. Длинный текст лучше приложить файлом.
notice-unavailable = Сейчас нельзя: { $reason }
notice-no-key = Клавиша { $key } здесь ничего не делает. F1 — помощь, F9 — меню.
notice-draft-saved = Черновик сохранён.
notice-draft-unsaved = Черновик ещё НЕ сохранён.
notice-taken = Обращение { $number } теперь ваше.
notice-taken-by = Обращение { $number } уже взял другой сотрудник: { $who }.
notice-sent = Ответ уйдёт через { $n } с. Отменить: U.
notice-saved-file = Сохранено: { $file }
answer-yes = Да
answer-no = Нет
answer-ok = Понятно
answer-cancel = Отмена
answer-send = Отправить
answer-back = Вернуться к тексту
answer-discard = Стереть черновик
answer-wait = Подождать
answer-quit = Выйти
ask-quit = Выход
ask-quit-body = Закрыть программу? Черновики сохранены.
ask-quit-work = Ещё не отправлено писем: { $n }. Если выйти сейчас, они уйдут, когда программу откроют снова или заработает служба. Подождать отправки?

## Действия

cmd-help = Помощь
cmd-help-help = Что можно сделать здесь и какими клавишами.
cmd-menu = Меню
cmd-menu-help = Список всех действий, доступных сейчас.
cmd-quit = Выйти
cmd-quit-help = Закрыть программу. Черновики сохраняются.
cmd-palette = Найти действие
cmd-palette-help = Наберите часть названия, и действие найдётся.
cmd-back = Назад
cmd-back-help = Закрыть то, что открыто последним.
cmd-next-pane = Следующая часть экрана
cmd-next-pane-help = Перейти из списка в письмо и обратно.
cmd-previous-pane = Предыдущая часть экрана
cmd-previous-pane-help = Перейти в предыдущую часть экрана.
cmd-screen-queue = Обращения
cmd-screen-queue-help = Открыть список обращений.
cmd-screen-members = Члены профсоюза
cmd-screen-members-help = Найти человека в реестре.
cmd-screen-outgoing = Исходящие
cmd-screen-outgoing-help = Что отправлено, что ждёт, что не ушло.
cmd-reload = Обновить
cmd-reload-help = Прочитать данные заново. Обычно они обновляются сами.
cmd-redraw = Перерисовать экран
cmd-redraw-help = Если на экране мусор.
cmd-copy-mode = Выделить и скопировать
cmd-copy-mode-help = Убрать рамку, чтобы выделить текст мышью.
cmd-language = English
cmd-language-help = Сменить язык на английский.
cmd-move-up = Вверх
cmd-move-up-help = На строку вверх.
cmd-move-down = Вниз
cmd-move-down-help = На строку вниз.
cmd-page-up = Страница вверх
cmd-page-up-help = На экран вверх.
cmd-page-down = Страница вниз
cmd-page-down-help = На экран вниз.
cmd-move-home = В начало
cmd-move-home-help = К первой строке.
cmd-move-end = В конец
cmd-move-end-help = К последней строке.
cmd-next-tab = Следующая вкладка
cmd-next-tab-help = Перейти на вкладку правее.
cmd-previous-tab = Предыдущая вкладка
cmd-previous-tab-help = Перейти на вкладку левее.
cmd-tab-1 = Вкладка «Мои»
cmd-tab-1-help = Открытые обращения, которые взяли вы.
cmd-tab-2 = Вкладка «Новые»
cmd-tab-2-help = Обращения, которые ещё никто не разобрал.
cmd-tab-3 = Вкладка «Срочные»
cmd-tab-3-help = Срочные обращения и сигналы SOS.
cmd-tab-4 = Вкладка «Все»
cmd-tab-4-help = Все открытые обращения.
cmd-tab-5 = Вкладка «Просрочены»
cmd-tab-5-help = Срок отклика прошёл, а отклика нет.
cmd-tab-6 = Вкладка «Закрытые»
cmd-tab-6-help = Отвеченные и закрытые, новые сверху.
cmd-find = Найти
cmd-find-help = Поиск по словам, фамилии или номеру.
cmd-open = Открыть
cmd-open-help = Показать целиком.
cmd-accept = Выбрать
cmd-accept-help = Согласиться с тем, что выделено.
cmd-take = Взять себе
cmd-take-help = Вы отвечаете за это обращение; остальные это видят.
cmd-reply = Ответить
cmd-reply-help = Написать ответ заявителю. Черновик сохраняется сам.
cmd-membership = Проверить членство
cmd-membership-help = Найти заявителя в реестре и подтвердить.
cmd-history = История
cmd-history-help = Кто, что и когда делал с обращением.
cmd-mark-sorted = Разобрано
cmd-mark-sorted-help = Темы и срочность верны, обращение ждёт исполнителя.
cmd-mark-spam = Это спам
cmd-mark-spam-help = Убрать из очереди. Срок отклика не идёт.
cmd-mark-thanks = Это благодарность
cmd-mark-thanks-help = Отметить благодарность. Срок отклика не идёт.
cmd-edit-topic = Изменить тему
cmd-edit-topic-help = О чём обращение.
cmd-edit-urgency = Изменить срочность
cmd-edit-urgency-help = Как скоро нужен человек.
cmd-edit-assignee = Передать исполнителю
cmd-edit-assignee-help = Назначить, кто отвечает.
cmd-add-note = Заметка
cmd-add-note-help = Записать для своих. Заявитель её не увидит.
cmd-save-attachment = Сохранить файл
cmd-save-attachment-help = Сохранить приложенный файл в папку.
cmd-toggle-quotes = Показать или скрыть цитаты
cmd-toggle-quotes-help = Цитаты прежних писем свёрнуты.
cmd-preview = Посмотреть перед отправкой
cmd-preview-help = Письмо таким, каким его получат.
cmd-send = Отправить
cmd-send-help = Отправить ответ. Несколько секунд его можно отменить.
cmd-mark-response = Это отклик
cmd-mark-response-help = Кто занимается и что будет дальше.
cmd-mark-merits = Это ответ по существу
cmd-mark-merits-help = Ответ на сам вопрос.
cmd-discard-draft = Стереть черновик
cmd-discard-draft-help = Стереть неотправленный ответ.
cmd-undo-delivery = Отменить отправку
cmd-undo-delivery-help = Вернуть письмо, пока оно не ушло.
cmd-retry-delivery = Отправить снова
cmd-retry-delivery-help = Повторить то, что не ушло.
cmd-drop-delivery = Не отправлять
cmd-drop-delivery-help = Снять с отправки.
cmd-confirm-member = Это он, подтвердить
cmd-confirm-member-help = Записать, что заявитель — этот человек, и почему.
cmd-not-a-member = Не член профсоюза
cmd-not-a-member-help = Записать, что заявителя в профсоюзе нет.
cmd-unlink-member = Снять подтверждение
cmd-unlink-member-help = Заявитель — не тот человек.
cmd-leave-copy-mode = Вернуть рамку
cmd-leave-copy-mode-help = Вернуться к обычному виду.

## Нижняя строка: не длиннее девяти букв

fkey-help = Помощь
fkey-take = Взять
fkey-open = Открыть
fkey-reply = Ответить
fkey-membership = Членство
fkey-find = Найти
fkey-send = Отправить
fkey-preview = Просмотр
fkey-menu = Меню
fkey-quit = Выход
fkey-retry-delivery = Повторить
fkey-drop-delivery = Снять
fkey-confirm-member = Это он
fkey-not-a-member = Не член

## Где действует клавиша

context-global = Везде
context-queue = Список обращений
context-thread = Переписка
context-composer = Ответ
context-preview = Просмотр ответа
context-match = Проверка членства
context-history = История
context-outgoing = Исходящие
context-members = Реестр
context-palette = Поиск действия
context-menu = Меню
context-help = Помощь
context-dialog = Вопрос
context-field = Строка ввода
context-copy = Выделение текста

## Журнал: что сделано и с чем

action-limitation-set = установлен срок по закону
action-appeal-received = получено
action-appeal-imported = загружено из прежней программы
action-appeal-appended = пришло письмо заявителя
action-appeal-taken = взято в работу
action-appeal-stage = изменено состояние
action-appeal-edited = изменено
action-appeal-noted = добавлена заметка
action-appeal-replied = написан ответ
action-delivery-scheduled = поставлено в очередь на отправку
action-delivery-sending = начата отправка
action-delivery-accepted = принято сервером
action-delivery-failed = не отправлено
action-delivery-bounced = вернулось
action-delivery-undone = отправка отменена
action-member-confirmed = членство подтверждено
action-member-unlinked = подтверждение членства снято
action-desk-made = созданы данные
action-reply-scheduled = ответ поставлен на отправку
action-delivery-withdrawn = отправка отменена автором
action-delivery-retried = решено отправить снова
action-delivery-dropped = снято с отправки
action-desk-backup = сделана резервная копия
action-delivery-unknown = неизвестно, дошло ли
field-stage = состояние
field-topics = темы
field-urgency = срочность
field-assignee = исполнитель
field-policy = как считать сутки
field-roles = роли
field-zone = часовой пояс
field-note = заметка
field-kind = вид
field-state = состояние
field-member = член профсоюза
field-channel = откуда
field-delivery-state = отправка
field-reply = вид ответа
field-text = текст

## Командная строка: помощь

cli-about = Обращения членов профсоюза: отклик на каждое за 24 часа, ни одного пропущенного срока. Без команды открывает консоль.
cli-heading-usage = Как писать:
cli-heading-options = Параметры
cli-heading-verbs = Команды
cli-heading-arguments = Что указать
cli-arg-config = файл настроек (OTKLIK_CONFIG)
cli-arg-desk = адрес данных: sqlite:ФАЙЛ или postgres://… (OTKLIK_DESK)
cli-arg-lang = язык (OTKLIK_LANG)
cli-arg-as = от чьего имени; только на учебных данных
cli-arg-json = ответ в JSON, для программ
cli-arg-help = показать эту помощь
cli-arg-version = показать версию
cli-arg-file = файл; - читает стандартный ввод
cli-arg-yes = не спрашивать
cli-arg-dry-run = только показать, что будет сделано
cli-arg-number = номер обращения: 2026-1843 или 1843
cli-arg-limit = не больше стольких строк
cli-arg-id = номер (id) из списка
cli-arg-member = кто это: id или номер по реестру
cli-arg-org = код организации; без него — всё
cli-arg-os-user = учётная запись на этой машине
cli-arg-role = роль
cli-arg-name = имя
cli-arg-mail-in = откуда письма: maildir:ПАПКА
cli-arg-mail-out = куда отправлять: smtp://ИМЯ@СЕРВЕР:ПОРТ, smtps://… или folder:ПАПКА
cli-arg-address = наш адрес почты
cli-arg-password-file = файл с паролем, доступный только владельцу (0600)
cli-arg-since = письма старше этого дня — история
cli-arg-body-file = файл с текстом; - читает стандартный ввод
cli-arg-stage = состояние
cli-arg-assignee = исполнитель: имя, учётная запись или me
cli-arg-topic = тема
cli-arg-channel = откуда пришло
cli-arg-urgency = срочность
cli-demo-about = Показать на выдуманных данных: письма приходят, пока вы смотрите
cli-init-about = Создать данные организации: из параметров или из короткого разговора
cli-init-arg-organisation = название организации
cli-init-arg-me = ваше имя
cli-init-arg-clock = как считать сутки: подряд или без выходных
cli-init-arg-zone = часовой пояс, например Europe/Moscow
cli-init-arg-demo = учебные данные: работают --as и OTKLIK_NOW
cli-doctor-about = Проверить настройки, данные, почту и терминал и сказать, что делать
cli-migrate-about = Обновить данные до версии программы; копия делается сама
cli-backup-about = Сохранить все данные в один файл
cli-restore-about = Восстановить данные из файла в пустое место
cli-journal-about = Журнал решений
cli-journal-verify-about = Доказать, что журнал не изменён
cli-serve-about = Принимать и отправлять без экрана
cli-serve-arg-once = сделать то, что пора, и закончить
cli-appeal-about = Обращения
cli-appeal-list-about = Список обращений
cli-appeal-list-arg-overdue = только просроченные
cli-appeal-list-arg-search = слова из темы и писем
cli-appeal-list-arg-after = продолжить после этого номера
cli-appeal-show-about = Обращение целиком: письма, история, связи
cli-appeal-import-about = Загрузить обращения прежней программы из JSON
cli-appeal-take-about = Взять в работу
cli-appeal-edit-about = Изменить тему, срочность, исполнителя
cli-appeal-edit-arg-topic = темы через запятую, главная первой
cli-appeal-edit-arg-assignee = исполнитель: имя, учётная запись, me или none
cli-appeal-reply-about = Ответить заявителю
cli-appeal-reply-arg-merits = это ответ по существу
cli-appeal-save-about = Сохранить файл из обращения
cli-appeal-save-arg-attachment = файл: его id, номер по порядку или имя
cli-appeal-save-arg-to = папка
cli-appeal-note-about = Добавить заметку для своих
cli-appeal-match-about = Кто это может быть по реестру
cli-appeal-confirm-about = Подтвердить, что заявитель — этот член профсоюза
cli-appeal-unlink-about = Снять подтверждение членства
cli-appeal-stage-about = Перевести в состояние
cli-appeal-close-about = Закрыть обращение
cli-member-about = Реестр членов профсоюза
cli-member-import-about = Загрузить реестр из CSV
cli-member-find-about = Найти по имени, телефону, почте, билету
cli-member-find-arg-words = что искать
cli-member-show-about = Строка реестра
cli-org-about = Организации
cli-org-import-about = Загрузить организации из JSON или CSV
cli-org-list-about = Список организаций
cli-staff-about = Сотрудники
cli-staff-add-about = Добавить сотрудника
cli-staff-list-about = Список сотрудников
cli-staff-role-about = Дать или снять роль
cli-staff-role-arg-remove = снять, а не дать
cli-delivery-about = Исходящие
cli-delivery-list-about = Что отправляется и что не ушло
cli-delivery-list-arg-all = и то, что уже отправлено
cli-delivery-undo-about = Отменить, пока не ушло
cli-delivery-retry-about = Отправить ещё раз
cli-delivery-drop-about = Больше не отправлять
cli-delivery-release-about = Отпустить задержанное уведомление
cli-channel-about = Каналы
cli-channel-list-about = Каналы и сколько чего принято
cli-channel-add-about = Добавить канал
cli-channel-add-mail-about = Добавить почту
cli-channel-add-mail-arg-name = название канала
cli-channel-test-about = Проверить канал, ничего не отправляя
cli-completions-about = Подсказки для командной оболочки
cli-completions-arg-shell = оболочка
cli-man-about = Страница руководства в формате man

## Командная строка: что написано не так

cli-wrong = Команда написана не так.
cli-wrong-argument = Нет такого параметра: { $arg }.
cli-wrong-verb = Нет такой команды: { $verb }.
cli-wrong-no-verb = Не хватает команды.
cli-wrong-no-value = Не хватает значения: { $arg }.
cli-wrong-value = Значение «{ $value }» не подходит: { $arg }.
cli-wrong-code = Значение «{ $value }» не подходит: { $arg }. Можно: { $codes }.
cli-wrong-missing = Не хватает: { $arg }.
cli-wrong-conflict = Вместе нельзя: { $arg } и { $other }.
cli-wrong-meant = { $what } Возможно, вы имели в виду: { $meant }. Помощь: --help.
cli-wrong-help = { $what } Помощь: --help.

## Командная строка: что сделано

cli-said-init = Готово. Данные: { $desk }. Откройте консоль: otklik. Принимать почту без экрана: otklik serve.
cli-said-config = Файл настроек создан: { $file }
cli-said-taken = Обращение { $number } теперь ваше.
cli-said-noted = Заметка к обращению { $number } добавлена.
cli-said-linked = Членство подтверждено: обращение { $number }.
cli-said-unlinked = Подтверждение снято: обращение { $number }.
cli-said-stage = Обращение { $number }: { $stage }.
cli-said-edited = Обращение { $number }: темы — { $topics }; { $urgency }; исполнитель — { $assignee }.
cli-said-reply = Ответ по обращению { $number } поставлен на отправку ({ $id }). Отменить, пока не ушёл: otklik delivery undo { $id }
cli-said-no-appeals = Таких обращений нет.
cli-said-no-deliveries = Ничего не ждёт отправки, и ошибок нет.
cli-said-delivery-undone = Отправка отменена. Текст снова в черновике.
cli-said-delivery-scheduled = Поставлено на отправку.
cli-said-delivery-dropped = Больше не отправляется.
cli-said-file = [файл { $n }] { $name }, { $kb } КБ, { $id }
cli-said-demo-begins = Придумываю людей и обращения…
cli-said-demo-ends = Учебные данные удалены. Создать свои: otklik init
cli-head-journal = История
cli-head-reply = Кому: { $to }. Это { $kind }. Текст:
cli-ask-send = Отправить? [да/нет]
cli-word-nobody = никто
cli-word-held = задержано: слишком много за 10 минут
cli-word-restored = неизвестно: ждало отправки в восстановленной копии, решает человек
cli-word-automatic = автоматически
cli-column-due = Ответ до
cli-column-file-by = Сдать до
cli-column-number = Номер
cli-column-stage = Состояние
cli-column-assignee = Исполнитель
cli-column-author = Заявитель
cli-column-member = Член
cli-column-subject = Тема
cli-column-topics = О чём
cli-column-received = Получено
cli-column-link = Связано с
cli-column-state = Состояние
cli-column-kind = Что
cli-column-when = Когда
cli-column-recipient = Кому
cli-column-id = Id
cli-column-error = Ошибка
cli-column-name = Имя
cli-said-import = Новых: { $new }, изменится: { $changed }, без изменений: { $same }.
cli-said-unreadable = Строка { $place } пропущена: { $why }
cli-said-unreadable-more = Ещё пропущено строк: { $n }
cli-unreadable-no-name = нет имени
cli-unreadable-no-id = нет номера (id)
cli-unreadable-doubled-id = такой id уже был выше
cli-unreadable-broken-line = строка испорчена
cli-unreadable-no-code = нет кода
cli-unreadable-no-level = нет уровня или он неизвестен
cli-unreadable-doubled-code = такой код уже был выше
cli-ask-import = Загрузить? [да/нет]
cli-said-no-members = Никто не найден.
cli-said-no-orgs = Организаций ещё нет. Загрузите их: otklik org import
cli-said-staff-added = Добавлено: { $name }, { $role }.
cli-said-role-given = { $name }: роль дана — { $role }.
cli-said-role-taken = { $name }: роль снята — { $role }.
cli-said-channel-added = Канал добавлен: { $name }. Проверить: otklik channel test { $name }
cli-said-no-channels = Каналов ещё нет. Добавьте почту: otklik channel add mail
cli-said-verify = Строк: { $rows }, цепочек: { $subjects }, отметок: { $checkpoints }, после последней отметки: { $unproven }.
cli-said-verify-no-outside = На этой машине нет внешнего списка отметок: отрезанный хвост здесь не заметить.
cli-said-verify-more = Ещё находок: { $n }
cli-said-verify-ok = Журнал цел.
cli-said-verify-bad = Журнал изменён. Ничего не исправляйте, сохраните файлы и позовите администратора.
cli-word-works = работает
cli-column-source-id = № в реестре
cli-column-birth = Родился
cli-column-organisation = Организация
cli-column-status = Учёт
cli-column-phone = Телефон
cli-column-why = Почему
cli-column-code = Код
cli-column-parent = Входит в
cli-column-level = Уровень
cli-column-members = Членов
cli-column-account = Запись
cli-column-roles = Роли
cli-column-fetched = получено
cli-column-incoming = Приём
cli-column-outgoing = Отправка
cli-trouble-maildir-missing = папки с письмами нет
cli-trouble-maildir-unreadable = папку с письмами не прочитать
cli-trouble-folder = в папку не записать
cli-trouble-bad-mail-out = адрес сервера написан не так
cli-trouble-password-file = файл с паролем не прочитать
cli-trouble-password-file-mode = файл с паролем доступен не только владельцу: chmod 600
cli-trouble-smtp-connect = сервер не отвечает: проверьте имя и порт
cli-trouble-smtp-timed-out = сервер не ответил вовремя
cli-trouble-smtp-tls = нет доверия к сертификату сервера
cli-trouble-smtp-no-starttls = сервер не умеет STARTTLS
cli-trouble-smtp-refused = сервер отказал
cli-trouble-smtp-auth = имя или пароль не подходят
cli-trouble-smtp-auth-unsupported = сервер не умеет PLAIN и LOGIN
cli-trouble-smtp-no-password = нужен пароль: --password-file
cli-trouble-smtp-ca-file = файл с сертификатами не прочитать
cli-trouble-smtp-protocol = сервер отвечает непонятно

## Первый запуск

cli-first-start = Данных ещё нет. Их можно создать сейчас ({ $desk }) или сначала посмотреть на выдуманных: otklik demo.
cli-ask-first-start = Создать данные вашей организации сейчас? [да/нет]
cli-ask-organisation = Как называется ваша организация?
cli-ask-me = Как вас зовут? (фамилия и имя, так их увидят коллеги и заявители)
cli-ask-clock = Отклик за 24 часа: 1 — подряд, 2 — без выходных и праздников [1]:
cli-ask-mail-in = Папка Maildir, куда сервер кладёт письма (пусто — настроить позже):
cli-ask-address = Ваш адрес для обращений, например appeals@example.org:
cli-ask-mail-out = Как отправлять: smtp://ИМЯ@СЕРВЕР:587, smtps://ИМЯ@СЕРВЕР:465 или папка для писем:
cli-config-desk = Где данные: sqlite:ФАЙЛ или postgres://…
cli-config-language = Язык: ru или en
cli-config-keys = Файл своих клавиш (TOML)
cli-config-colour = Цвета: mono, 16, 256, truecolor; без этой строки — как умеет терминал

## Ошибки: что случилось, что сохранено, что делать

error-unknown = Не получилось (код { $code }). Ваш текст сохранён. Повторите; если не поможет, назовите код администратору.
error-kind-usage = Написано не так, как нужно (код { $code }). Ничего не изменено.
error-kind-not-allowed = У вас нет права на это действие (код { $code }). Обратитесь к руководителю.
error-kind-not-found = Такого нет, или у вас нет к нему доступа (код { $code }).
error-kind-conflict = Так сейчас нельзя: кто-то успел раньше или состояние изменилось (код { $code }). Ничего не записано.
error-conflict = Пока вы смотрели, это изменил другой человек. Ничего не записано. Посмотрите, что изменилось, и решите снова.
error-not-found = Такого нет, или у вас нет к нему доступа.
error-not-allowed = У вас нет права на это действие. Обратитесь к руководителю.
error-invalid = Так записать нельзя: проверьте, что введено.
error-desk-newer = Программа старше, чем данные. Черновик сохранён. Закройте программу и откройте её снова после обновления.
error-desk-busy = Данные заняты другой работой. Ничего не потеряно. Подождите немного и повторите.
error-desk-url = Адрес данных написан не так: { $url }. Нужно sqlite:ПУТЬ или postgres://…
error-desk-unreachable = Нет связи с базой данных. Черновик остаётся на экране. Проверьте сеть; программа повторит сама.
error-no-desk = По адресу { $desk } данных нет. Проверьте адрес или создайте их: otklik init.
error-no-delivery = Такого письма в «Исходящих» нет, или у вас нет к нему доступа.
error-network-file-system = Данные лежат на сетевом диске ({ $kind }): так их легко испортить. Перенесите их на диск этой машины или возьмите PostgreSQL.
error-migration = Не удалось обновить данные. Прежние сохранены в резервной копии. Сообщите администратору.
error-store = База данных не выполнила запрос. Черновик сохранён. Повторите; если не поможет, сообщите администратору.
error-raw-damaged = Исходное письмо на диске повреждено. Остальное цело. Восстановите его из резервной копии.
error-disk-full = На диске нет места. Ничего не записано. Освободите место и повторите.
error-newer-message = Пришло новое письмо от заявителя. Ответ не отправлен, черновик сохранён. Прочтите письмо и отправьте снова.
error-already-taken = Обращение уже взял другой сотрудник.
error-too-late = Уже отправлено: отменить нельзя.
error-channel-refused = Сервер не принял письмо. Оно в «Исходящих», причина там же.
error-not-demo = Это можно только на учебных данных.
error-io = Не получилось прочитать или записать файл ({ $reason }). Проверьте имя, место на диске и права.
error-internal = Внутренняя ошибка программы. Черновик сохранён. Сообщите администратору.
error-as-needs-demo = Действовать от чужого имени можно только на учебных данных.
error-assignee-out-of-scope = { $name } не ведёт эту организацию. Выберите другого исполнителя.
error-desk-exists = По адресу { $desk } данные уже есть. Они не тронуты. Выберите другой адрес.
error-desk-older = Данные от прежней версии программы. Обновите их: otklik migrate. Резервная копия делается сама.
error-desk-read-only = Данные открыты только для чтения. Ничего не записано. Проверьте права на файл или обратитесь к администратору.
error-desk-damaged = Файл данных повреждён. Ничего не записано. Закройте программу и восстановите копию: otklik restore.
error-desk-password = База данных не приняла имя или пароль. Проверьте адрес данных и пароль.
error-interrupted = Действие прервано. Проверьте, записано ли оно, и повторите, если нет.
error-journal-damaged = Журнал повреждён. Сообщите администратору: otklik journal verify покажет, где.
error-row-damaged = Запись в базе данных повреждена. Остальное цело. Сообщите администратору.
error-settings-damaged = Настройки повреждены. Сообщите администратору.
error-name-empty = Нужно имя: оно пустое.
error-no-appeal = Такого обращения нет, или у вас нет к нему доступа.
error-no-member = Такого человека в реестре нет, или у вас нет к нему доступа.
error-no-staff = Такого сотрудника нет.
error-not-a-person = Это делает только человек, не программа.
error-not-open = Обращение уже не в работе ({ $stage }). Обновите список.
error-not-staff = Пользователь { $user } не заведён. Попросите администратора: otklik staff add.
error-stage-not-by-hand = Состояние «{ $stage }» вручную не ставят: оно наступает само.
error-taken-by-other = Обращение уже взял другой сотрудник: { $name }.
error-text-empty = Текст пуст.
error-text-too-long = Текст длиннее предела ({ $limit } байт). Он сохранён на экране; приложите длинное файлом.
error-unknown-zone = Часового пояса { $zone } нет. Нужно, например, Europe/Moscow.
error-account-address = У ящика { $account } не указан наш адрес. Письмо не отправлено. Сообщите администратору.
error-already-gone = Письмо уже ушло ({ $state }): отменить нельзя.
error-config-syntax = В файле настроек ошибка в строке { $line }.
error-config-unreadable = Файл настроек { $file } не читается. Проверьте права.
error-config-value = В файле настроек у «{ $key }» не то значение.
error-delivery-done = С этим письмом уже всё решено ({ $state }).
error-lease-lost = Эту работу уже ведёт другой экземпляр программы.
error-letter-unbuildable = Письмо не собралось: проверьте адрес и тему. Черновик сохранён.
error-no-account = Не настроен ящик для отправки. Письмо ждёт. Сообщите администратору.
error-no-address = У заявителя нет адреса почты. Черновик сохранён. Позвоните ему или спросите адрес.
error-no-home = Не задана домашняя папка (HOME). Укажите данные ключом --desk.
error-now-unreadable = Время «{ $value }» не понято. Нужно, например, 2026-11-16T10:00:00+03:00.
error-journal-key-open = Ключ журнала могут прочесть посторонние: { $file }. Им ничего не подписано. Поставьте права: chmod 600.
error-journal-key-damaged = Ключ журнала не читается: { $file }. Верните верный файл из копии.
error-file-exists = Такой файл уже есть: { $file }. Он не тронут. Выберите другое имя.
error-no-folder = Такой папки нет: { $file }. Создайте её или выберите другую.
error-file-denied = Нет права прочесть или записать { $file }. Проверьте права.
error-no-file = Такого файла нет: { $file }.
error-archive-unknown = Это не резервная копия Отклика: { $file }.
error-archive-damaged = Резервная копия повреждена или изменена: { $file }. Ничего не восстановлено. Возьмите другую.
error-archive-newer = Резервная копия более новой версии ({ $desk }), чем эта программа ({ $program }). Ничего не восстановлено. Обновите программу.
error-desk-not-empty = База данных { $desk } не пуста. Она не тронута. Копия восстанавливается только на пустое место.

# Что нашла проверка журнала.
finding-row-altered = Изменено содержание записи.
finding-row-removed = Запись или её звено удалены из цепочки.
finding-row-unlinked = Запись не входит ни в одну цепочку.
finding-chain-broken = Цепочка разорвана: записи пересчитаны или переставлены.
finding-tail-cut = Отрезаны последние записи.
finding-head-altered = Изменена вершина цепочки.
finding-subject-dropped = Удалена вся цепочка одного дела.
finding-root-mismatch = Записи под контрольной точкой не те, что были подписаны.
finding-row-count = Записей больше или меньше, чем в контрольной точке.
finding-signature-wrong = Контрольная точка подписана не ключом этих данных.
finding-checkpoint-gap = Среди контрольных точек не хватает одной.
finding-checkpoint-lost = Файл рядом с ключом знает контрольную точку, которой здесь уже нет: отрезаны последние или поставлена старая копия.
finding-checkpoint-differs = В файле рядом с ключом эта контрольная точка другая.
finding-key-foreign = Открытый ключ данных не соответствует файлу ключа.
finding-outside-damaged = Строка файла рядом с ключом не читается.
finding-value-altered = Сохранённое значение не то, что знает журнал.
finding-value-missing = Сохранённое значение удалено.
finding-value-foreign = Есть сохранённое значение, о котором журнал не знает.
finding-clock-differs = Сохранённый срок не тот, что выходит по журналу.

## Ошибки в файле клавиш

keymap-error-syntax = Файл клавиш не читается: { $detail }
keymap-error-layout = Раскладка { $name }: стороны строки разной длины, или буква стоит дважды.
keymap-error-unknown-context = [{ $context }]: такого места в программе нет.
keymap-error-unknown-command = [{ $context }] { $command }: такого действия нет.
keymap-error-shape = [{ $context }] { $command }: нужна клавиша или список клавиш.
keymap-error-unknown-key = [{ $context }] { $command }: клавиши «{ $key }» нет.
keymap-error-not-latin = [{ $context }] { $command }: вместо «{ $key }» напишите латинскую букву той же клавиши.
keymap-error-moves = [{ $context }] { $command }: «{ $key }» нельзя: в разных раскладках это разные клавиши.
keymap-error-indistinct = [{ $context }] { $command }: терминал не отличает «{ $key }» от { $same }.
keymap-error-text = [{ $context }] { $command }: «{ $key }» здесь печатает букву.
keymap-error-conflict = [{ $context }]: на «{ $key }» и { $command }, и { $other }.

## Консоль: переписка

thread-title = { $number }  { $channel }  { $at }
thread-work = исполнитель: { $assignee }; { $stage }; { $urgency }; тема: { $topics }
thread-nobody = нет
thread-no-topic = не названа
thread-due = Отклик нужен до { $at }
thread-breached = ПРОСРОЧЕНО: отклик был нужен до { $at }
thread-met = Отклик дан { $at }
thread-late = Отклик дан с опозданием, { $at }
thread-merits = Ответ по существу дан { $at }
thread-member-open = { $author }: членство не проверено
thread-member-none = { $author }: { $state }
thread-member = { $name }: { $state }; { $organisation }; { $position }; взносы: { $dues }
thread-org-stated = Место работы, со слов: { $organisation }
thread-contact = Связь: { $contact }
thread-consent = Назвать имя работодателю: { $employer }; председателю: { $chair }
thread-limitation = Срок: { $rule }. Сдать до { $file_by }; истекает { $expires }, осталось { $days } { $days ->
    [one] день
    [few] дня
   *[many] дней
}
thread-limitation-state = Срок: { $rule }. { $state }
thread-event = Дата события: { $day }
thread-link = { $kind }: { $number }
link-possible-follow-up = Возможно, продолжение обращения
thread-message = { $at }  { $sort }  { $who }  ({ $channel })
thread-receipt = уведомление о регистрации
thread-by-program = программа
thread-by-us = мы
thread-brief-in = { $at }  { $text }
thread-brief-out = { $at }  { $sort }: { $text }
thread-brief-other = { $at }  { $sort }: { $text }
thread-brief-files = { $line }  [файлов: { $count }]
thread-no-text = (без текста)
thread-quote = [цитата, строк: { $count }; развернуть: z]
thread-file = Файл { $n }: { $name }, { $size }
thread-file-not-kept = Файл { $n }: { $name } (здесь не хранится, было только имя)
thread-delivery = Кому: { $recipient }: { $state }
thread-delivery-at = Кому: { $recipient }: { $state } { $at }
thread-delivery-error = Кому: { $recipient }: { $state }. Сервер ответил: { $error }
thread-has-new = В переписке новое.
thread-not-refreshed = Обновить не удалось: показано прежнее.
size-unknown = размер неизвестен
size-bytes = { $n } Б
size-kilobytes = { $n } КБ
size-megabytes = { $n } МБ

## Консоль: список и его окна

back-at-queue = Дальше назад некуда. Выйти: F10.
queue-searching = Найдено по запросу «{ $words }». Показать всё: Esc.
queue-not-refreshed = Обновить не удалось: показано прежнее. Повторить: Ctrl-R.
pane-empty = Здесь откроется обращение, выбранное в списке.
empty-filter = По этому отбору ничего нет. Показать всё: Esc.
empty-outgoing-open = Ничто не ждёт и ничто не застряло. Все письма: Tab.
column-delivery-when = Когда
column-member-card = Билет
find-title = Найти обращение
find-placeholder = слова, фамилия или номер
find-hint = Enter: искать. Пустая строка: показать всё. Esc: назад.
choose-topic = Тема (Enter: сделать главной; главную: убрать)
choose-urgency = Срочность
choose-assignee = Исполнитель
choose-nobody = никто
choose-now = сейчас
choose-empty = Выбирать не из чего.
save-title = Сохранить файл
save-entry = { $n }. { $name }
save-folder = В папку:
save-hint = Enter: сохранить. Готовый файл с таким именем не будет затёрт.
palette-title = Найти действие
menu-title = Что можно сделать
help-title = Помощь: что можно сделать здесь
help-intro = Буквы действуют по месту на клавиатуре: «о» делает то же, что j. Закрыть: Esc.
help-entry = { $name }  [{ $keys }]
help-about =    { $about }
help-refused =    Сейчас нельзя: { $why }
copy-hint = Выделите текст мышью. Вернуть рамку: Esc.
paste-cut = Вставлено не всё: текст слишком длинный. Приложите его файлом.
undo-countdown = Ответ уйдёт через { $seconds } с. Вернуть: { $key }
undo-while-waiting = Ответ ждёт отправки. Вернуть: { $key }
history-line = { $at }  { $who }: { $action }
history-line-later = { $at }  { $who }: { $action } (записано { $recorded })
history-change =    { $field }: было { $before }, стало { $after }
history-nothing = пусто
outgoing-detail = { $recipient }: { $state }. Попыток: { $attempts }. Следующая не раньше { $next }
outgoing-error = Сервер ответил: { $error }
delivery-reason-held = Задержано: за короткое время накопилось много автоматических писем. Отправить: F4. Снять: F8.
delivery-reason-restored = Ждало отправки, когда делали копию, и с тех пор могло уйти. Отправить: F4. Снять: F8.

## Консоль: ответ и заметка

reply-title = Ответ: { $recipient }
reply-title-preview = Так его получит { $recipient }. Вернуться к тексту: Esc. Отправить: F8.
reply-title-sending = Отправляю: { $recipient }…
reply-no-address = адреса нет
reply-placeholder = Пишите здесь. Черновик сохраняется сам.
reply-kinds = { $response_mark } { $response } Alt-R   { $merits_mark } { $merits } Alt-M
reply-taken = Ответ принят к отправке.
draft-saved = черновик сохранён
draft-saving = сохраняю черновик…
draft-failed = ЧЕРНОВИК НЕ СОХРАНЁН, пробую снова
draft-kept = Черновик сохранён. Открыть снова: F4.
draft-not-saved = Черновик не сохранён: данные недоступны. Пробую снова; не закрывайте программу.
draft-discarded = Черновик стёрт.
note-title = Заметка к { $number }: увидят только свои
note-placeholder = Что узнали, о чём договорились, что проверить.
note-hint = F8: добавить. Esc: назад.
note-adding = Добавляю…
note-added = Заметка добавлена.

## Консоль: членство

card-author = Заявитель: { $author }
card-linked = Подтверждено: { $name }, { $state }
card-not-linked = Не подтверждено: { $state }
card-look-up = Найти:
members-placeholder = фамилия, телефон, почта или номер билета
member-line-who = { $name }, родился { $birth }; в реестре { $source }; билет { $card }
member-line-work = { $organisation }; { $position }
member-line-status = { $status } ({ $text }); вступил { $joined }; взносы: { $dues }
member-line-contact = Телефон { $phone }; почта { $email }
facts-for = За: { $facts }
facts-against = Против: { $facts }
fact-phone-equal = телефон тот же
fact-email-equal = почта та же
fact-card-equal = номер билета тот же
fact-name-equal = имя то же
fact-name-compatible = имя совместимо
fact-name-part = часть имени
fact-name-other-layout = имя в другой раскладке
fact-name-transliterated = имя латиницей
fact-surname-differs = фамилия другая
fact-name-differs = имя другое
fact-org-matches = организация та же
fact-org-differs = организация другая
fact-phone-differs = телефон другой
fact-email-differs = почта другая
fact-card-differs = номер билета другой
fact-namesakes = есть тёзки
fact-not-active = членство не действует
fact-name = имя
fact-name-prefix = начало имени
fact-name-typo = имя с опечаткой
fact-name-layout = имя в другой раскладке
fact-name-translit = имя латиницей
fact-org = организация
fact-phone = телефон
fact-phone-part = часть телефона
fact-card = номер билета
fact-card-part = часть номера билета
fact-email = почта
fact-email-part = часть адреса почты

## Консоль: вопросы

choice-back = Назад
choice-close = Понятно
choice-yes = Да
choice-confirm = Это он, подтвердить
choice-discard = Стереть
choice-drop = Не отправлять
choice-leave = Выйти
choice-stay = Остаться
choice-wait = Подождать и выйти
choice-read-on = Прочесть, не отправлять
choice-send-anyway = Отправить всё равно
choice-retry = Отправить снова
choice-unlink = Снять подтверждение
dialog-failure = Не получилось
newer-title = Ответ не отправлен: пришло новое
newer-body = Пока вы писали, в обращении появилось новое. Черновик сохранён.
newer-from = { $at }, { $from }:
discard-draft-title = Стереть черновик?
discard-draft-body = Текст ответа пропадёт, вернуть его будет нельзя.
discard-note-title = Стереть заметку?
discard-note-body = Заметка ещё не добавлена: её текст пропадёт.
spam-title = Это спам?
spam-body = { $number } уйдёт из очереди, срок отклика остановится. Вернуть можно с вкладки «Закрытые».
thanks-title = Это благодарность?
thanks-body = { $number } уйдёт из очереди, срок отклика остановится. Вернуть можно с вкладки «Закрытые».
drop-delivery-title = Не отправлять?
drop-delivery-body = Письмо для { $recipient } не уйдёт. Текст останется в переписке.
retry-unknown-title = Отправить снова?
retry-unknown-body = Неизвестно, дошло ли письмо до { $recipient }: связь прервалась в последний миг. Если отправить снова, оно может прийти дважды.
leave-title = Выход
leave-body = Ещё не отправлено писем: { $count }. Если выйти сейчас, они уйдут, когда программу откроют снова или заработает служба.
leaving-body = Ждём отправки. Осталось писем: { $count }. Программа закроется сама.
quit-unsaved-title = Выйти и потерять написанное?
quit-unsaved-body = Черновик или заметка ещё не записаны. Если выйти сейчас, последние слова пропадут.
confirm-title = Это один человек?
confirm-author = Заявитель о себе:
confirm-member = В реестре:
not-member-title = Не член профсоюза?
not-member-body = По обращению { $number } будет записано, что заявитель не член профсоюза. Срок отклика от этого не меняется.
unlink-title = Снять подтверждение?
unlink-body = { $name }: связь с обращением { $number } будет снята. История её сохранит.
done-taken = Обращение теперь ваше.
done-edited = Изменено.
done-stage = Состояние изменено.
done-undone = Отправка отменена: текст снова в черновике.
done-retry = Будет отправлено снова.
done-dropped = Снято с отправки.
done-confirmed = Членство подтверждено.
done-unlinked = Подтверждение снято.
done-member-state = Записано.
done-saved = Сохранено: { $path }

## Консоль: почему сейчас нельзя

why-not-here = это делают в другом месте
why-no-appeal = обращение не выбрано
why-loading = ещё загружается
why-already-yours = оно уже ваше
why-not-open = обращение закрыто
why-not-new = оно уже разобрано
why-already-so = так уже и есть
why-no-address = у заявителя нет адреса почты
why-no-files = файлов нет
why-no-quotes = цитат нет
why-nothing-to-undo = возвращать нечего: всё уже ушло
why-no-delivery = письмо не выбрано
why-cannot-retry = оно не застряло
why-cannot-drop = оно уже ушло
why-no-candidate = никто не выбран
why-already-linked = этот человек уже подтверждён
why-not-linked = подтверждения нет
why-other-linked = подтверждён человек из реестра; сначала снимите подтверждение
why-reply-empty = ответ пуст
why-note-empty = заметка пуста
why-note-open = сначала добавьте или сотрите заметку
why-sending = уже отправляется
why-no-staff = сотрудников нет
error-no-channel = Такого канала нет: { $name }. Список: otklik channel list
error-seed-needs-demo = Выдуманными данными наполняют только учебные.
error-no-rule = Такого правила нет: { $rule }.
error-no-orgs-in-file = В файле нет списка организаций.
error-now-needs-demo = OTKLIK_NOW работает только на учебных данных. Ничего не сделано. Уберите эту переменную.
error-needs-yes = Спросить некого: нужен терминал или --yes. Ничего не сделано.
error-declined = Не подтверждено. Ничего не сделано.
error-nothing-to-edit = Не сказано, что изменить: --topic, --urgency или --assignee.
error-init-missing = Не хватает { $flag }. Ничего не создано.
error-password-file-mode = Файл с паролем { $file } доступен не только владельцу. Сделайте так: chmod 600
error-since-unreadable = Не понять, какой это день: { $value }. Пример: 2026-11-01
error-folder-not-made = Папку { $folder } не получилось создать. Проверьте имя и права.
error-file-unreadable = Файл { $file } не получилось прочитать. Проверьте имя и права.
error-file-too-large = Файл { $file } слишком велик.
error-file-not-utf8 = Файл { $file } не в UTF-8. Сохраните его в этой кодировке.

## Консоль у терминала.
console-panicked = Консоль остановилась из-за ошибки программы. Черновик сохранён, данные целы. Откройте её снова: otklik.
error-keymap = Файл клавиш не принят: { $fault } (всего ошибок: { $count }). Исправьте его или уберите строку keys из файла настроек.
error-keys-file = Файл клавиш { $file } не читается. Исправьте путь или уберите строку keys из файла настроек.
