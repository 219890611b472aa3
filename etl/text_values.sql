-- Numbers and dates out of text, as macros: NULL means that the text could not be read.
-- d: a date's text with dashes; n: a number's text; r: the parts of a date range.

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
