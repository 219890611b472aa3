-- Numbers and dates out of text, as macros: NULL means that the text could not be read.
-- d: a date's text with dashes; n: a number's text; r: the parts of a date range; c: the parts of a time
-- of day, which becomes whole minutes since midnight (24:00 = 1440, when a place closes).
-- What could mean two things is nothing: it becomes a finding, never a guess.

create or replace macro trimmed(s) as trim(s, ' 　	');
create or replace macro half_width(s) as case
    when strlen(s) = length(s) then trim(s)  -- plain ASCII, as nearly every cell is
    else trim(translate(s, '０１２３４５６７８９．，－／：％＋～〜　', '0123456789.,-/:%+~~ '))
    end;

-- Numbers (f: the cell; g: the figure in it; t: that with digits for numerals). What a cell may hold around one: 共 约 120 余 人 左右. A numeral is written out in full: 一百二 may mean
-- 102 or 120, so it is none. The tail of each macro is met by the few cells that are not plain digits only.
create or replace macro numeral_digits(s) as translate(s,
    '零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖拾佰仟萬', '00122345678912345678' || '9十百千万');
create or replace macro numeral_part(t) as case  -- below 万, digits translated
    when regexp_full_match(t, '0?(?:[1-9]千)?(?:0?[1-9]百)?(?:0?[1-9]?十[1-9]?)?') or regexp_full_match(t, '0?[1-9]')
        or regexp_full_match(t, '(?:[1-9]千)?(?:0?[1-9]百)?0[1-9]')
    then 1000 * coalesce(try_cast(regexp_extract(t, '([1-9])千', 1) as bigint), 0)
        + 100 * coalesce(try_cast(regexp_extract(t, '([1-9])百', 1) as bigint), 0)
        + case when t like '%十%' then 10 * coalesce(try_cast(regexp_extract(t, '([1-9])十', 1) as bigint), 1) else 0 end
        + coalesce(try_cast(regexp_extract(t, '([1-9])$', 1) as bigint), 0)
    end;
create or replace macro numeral_value(t, above, below) as case  -- above and below 万, as numeral_part gives them
    when regexp_full_match(t, '[0-9]+') then case when length(t) between 1 and 12 then cast(t as bigint) end
    when t not like '%万%' then case when t <> '' and t not like '0%' then above end
    when regexp_full_match(t, '[1-9][^万]*万(?:|0.+|[1-9]千.*)') or regexp_full_match(t, '十[^万]*万(?:|0.+|[1-9]千.*)')
    then 10000 * above + case when split_part(t, '万', 2) = '' then 0 else below end
    end;
create or replace macro figure_text(g, numeral) as case
    when g = '' then null
    when regexp_full_match(g, '[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?') then replace(g, ',', '')
    when regexp_full_match(g, '\d{1,8}(?:\.\d{1,4})?万') then
        cast(cast(round(10000 * cast(replace(g, '万', '') as decimal(18, 4))) as bigint) as varchar)
    else cast(numeral as varchar)
    end;
create or replace macro figure_of(f) as regexp_extract(replace(f, ' ', ''),
    '^(?:共计?|累计|总计)?(?:约有?|大约|大概|近|将近|接近|超过?|逾|不少于|至少|≈|~)?'
    || '([+-]?[0-9][0-9,.]*万?|[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟萬]+)'
    || '(?:余|多|来)?(?:人次|小时|人|次|名|个|场|位|户|家|件|项|h)?(?:余|多|左右|上下|以上|[+])?$', 1);
create or replace macro number_text(f, g, numeral) as case
    when regexp_full_match(f, '[+-]?\d+(\.\d+)?') then f
    when f is not null and not regexp_matches(f, '\d \d') then figure_text(g, numeral)
    end;
create or replace macro is_about(f) as case
    when f is null or (strlen(f) = length(f) and f not like '~%' and f not like '%+') then false
    else regexp_matches(f, '[约近超逾余多来≈~]|大概|不少于|至少|左右|上下|以上|.[+]|\.\d+万')
    end;
create or replace macro to_number(n) as
    case when regexp_full_match(n, '[+-]?\d+(\.\d+)?') then try_cast(n as double) end;
create or replace macro to_whole(n) as
    case when regexp_full_match(n, '[+-]?\d{1,12}(\.0+)?') then try_cast(split_part(n, '.', 1) as bigint) end;

-- Dates. A weekday, a time of day and numerals written out are met by the few cells that have them only.
create or replace macro dashes(f) as
    replace(translate(regexp_replace(f, '[T ]*\d{1,2}:\d\d(:\d\d(\.\d+)?)?$', ''), '年月./日号', '----'), ' ', '');
create or replace macro written_out(f) as regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(f, '〇○零一二三四五六七八九', '000123456789'),
    '(\d)十(\d)', '\1\2', 'g'), '(\d)十', '\10', 'g'), '十(\d)', '1\1', 'g'), '十', '10', 'g');
create or replace macro day_text(f) as case
    when strlen(f) = length(f) or not regexp_matches(f, '[一二三四五六七八九十周星午晨晚早]') then f
    else written_out(regexp_replace(f,
        '[（(]?(星期|周)[一二三四五六日天][)）]?|(上午|下午|中午|晚上|早上|早晨)(\d{1,2}[:点时](\d{1,2}分?|半|整)?)?$', '', 'g'))
    end;
create or replace macro dashed(f) as case when f like '____-__-__' then f else dashes(day_text(f)) end;
create or replace macro is_day_of_year(f) as regexp_full_match(f,
    '\d{1,2}[月./] ?\d{1,2}[日号]?( ?([-—–~至到]+) ?(\d{1,2}[月./] ?)?\d{1,2}[日号]?)? *');
-- 6.3 is what a spreadsheet leaves of 6.30 typed as a number.
create or replace macro is_cut_day(f) as
    regexp_full_match(f, '(?:0?[13-9]|1[0-2])\.[123]|0?2\.[12]');
create or replace macro with_year(d, f, day) as case
    when d like '____-__-__' or not is_day_of_year(day_text(f)) or is_cut_day(f) then d
    else year(day) || '-' || d
    end;
create or replace macro day_of(d) as case
    when d[5] = '-' then case when regexp_full_match(d, '\d{4}-\d{1,2}-\d{1,2}') then try_cast(d as date) end
    when regexp_full_match(d, '\d{8}') then try_cast(left(d, 4) || '-' || d[5:6] || '-' || d[7:8] as date)
    when regexp_full_match(d, '[2-5]\d{4}(-\d+)?') then date '1899-12-30' + cast(left(d, 5) as integer)
    end;
create or replace macro sane(d) as case when d between date '1921-01-01' and date '2099-12-31' then d end;
create or replace macro range_parts(d) as case when length(d) > 10 then regexp_extract(d,
    '^(\d{4}-\d{1,2}-\d{1,2})[-—–~至到]+(?:(?:(\d{4})-)?(\d{1,2})-)?(\d{1,2})$', ['first', 'year', 'month', 'day']) end;
create or replace macro range_first(r) as try_cast(nullif(r['first'], '') as date);
create or replace macro range_last(r) as try_cast(
    coalesce(nullif(r['year'], ''), left(r['first'], 4)) || '-' ||
    coalesce(nullif(r['month'], ''), split_part(r['first'], '-', 2)) || '-' || nullif(r['day'], '') as date);
create or replace macro unit_name_of(p) as
    replace(replace(replace(replace(p, ' ', ''), '　', ''), '(', '（'), ')', '）');
create or replace macro clock_parts(f) as regexp_extract(replace(f, ' ', ''),
    '^(上午|早上|下午|晚上)?(\d{1,2})(?::(\d\d)(?::(\d\d(?:\.\d+)?))?|[点时](?:整|(半)|(\d{1,2})分?)?)$',
    ['half_day', 'hour', 'minute', 'second', 'half_hour', 'minutes']);
create or replace macro sane_minute(m) as case when m between 0 and 1440 then m end;
create or replace macro minute_of(c) as sane_minute(
    60 * (try_cast(c['hour'] as integer)
        + case when c['half_day'] in ('下午', '晚上') and try_cast(c['hour'] as integer) < 12 then 12 else 0 end)
    + case when c['half_hour'] <> '' then 30
        else coalesce(case when c['minute'] >= '60' then 1441 end, try_cast(c['minute'] as integer),
            case when length(c['minutes']) = 2 and c['minutes'] >= '60' then 1441 end, try_cast(c['minutes'] as integer), 0)
      end
    -- Excel keeps a time as a part of a day: 09:29:59.97 is 09:30.
    + case when c['second'] >= '60' then 1441 when c['second'] >= '59.5' then 1 else 0 end);
create or replace macro minute_of_fraction(p) as
    case when regexp_full_match(p, '0?\.\d+') then cast(floor(round(cast(p as double) * 86400) / 60) as integer) end;
