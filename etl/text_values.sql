-- Numbers and dates out of text, as macros: NULL means that the text could not be read.
-- d: a date's text with dashes; n: a number's text; r: the parts of a date range; c: the parts of a time
-- of day, which becomes whole minutes since midnight (24:00 = 1440, when a place closes).

create or replace macro trimmed(s) as trim(s, ' 　	');
create or replace macro half_width(s) as case
    when strlen(s) = length(s) then trim(s)  -- plain ASCII, as nearly every cell is
    else trim(translate(s, '０１２３４５６７８９．，－／：％　', '0123456789.,-/:% '))
    end;
create or replace macro number_text(f) as
    regexp_replace(replace(f, ',', ''), '\s*(人次|小时|人|次|名|个|场|h)$', '');
create or replace macro to_number(n) as
    case when regexp_full_match(n, '[+-]?\d+(\.\d+)?') then try_cast(n as double) end;
create or replace macro to_whole(n) as
    case when regexp_full_match(n, '[+-]?\d{1,12}(\.0+)?') then try_cast(split_part(n, '.', 1) as bigint) end;
create or replace macro dashed(f) as
    case when f like '____-__-__' then f
    else regexp_replace(replace(translate(f, '年月./日', '----'), ' ', ''), '(T?\d\d:\d\d(:\d\d)?)$', '')
    end;
create or replace macro day_of(d) as case
    when d[5] = '-' then case when regexp_full_match(d, '\d{4}-\d{1,2}-\d{1,2}') then try_cast(d as date) end
    when regexp_full_match(d, '\d{8}') then try_cast(left(d, 4) || '-' || d[5:6] || '-' || d[7:8] as date)
    when regexp_full_match(d, '[2-5]\d{4}') then date '1899-12-30' + cast(d as integer)
    end;
create or replace macro sane(d) as case when d between date '1921-01-01' and date '2099-12-31' then d end;
create or replace macro range_parts(d) as case when length(d) > 10 then regexp_extract(d,
    '^(\d{4}-\d{1,2}-\d{1,2})[-—–~～至到]+(?:(?:(\d{4})-)?(\d{1,2})-)?(\d{1,2})$', ['first', 'year', 'month', 'day']) end;
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
