-- 服务目录：大类与小项
-- item_code: 小项编码
-- item_name: 小项名称
-- item_name_en: 小项英文名称
-- class_code: 大类编码
-- class_name: 大类名称
-- class_name_en: 大类英文名称
-- sort_no: 排序号
select item_code, item_name, item_name_en, class_code, class_name, class_name_en, sort_no
from ref_catalogue
