(EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(w1_1)s::text)) = 'array' THEN (e.properties -> %(w1_1)s::text) END) AS w1_a1(item),
LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((w1_a1.item -> %(w1_2)s::text)) = 'array' THEN (w1_a1.item -> %(w1_2)s::text) END) AS w1_a2(item)
WHERE CASE jsonb_typeof(w1_a2.item) WHEN 'array' THEN w1_a2.item ? %(w1_3)s::text WHEN 'string' THEN strpos(w1_a2.item #>> '{}', %(w1_3)s::text) > 0 ELSE false END))
-- w1_1 = 'items'
-- w1_2 = 'tags'
-- w1_3 = 'א'
