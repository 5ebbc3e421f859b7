-- Liep in het jaar: nam een andere instelling het in dat jaar over? x soort x land en provincie.
WITH t AS (
  SELECT *, len(list_filter(over, lambda d: d BETWEEN DATE '2024-01-01' AND DATE '2024-12-31')) > 0 AS overgenomen
  FROM jr WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01'))
SELECT o.code, m.code, r.code, '2024JJ00', count(*)
FROM t JOIN (VALUES ('CWOD00', true), ('CWOD00', false), ('CWOD01', true), ('CWOD02', false)) o (code, overgenomen) ON o.overgenomen = t.overgenomen
JOIN c_jr m ON m.waarde = t.type AND m.code = 'A027920'
JOIN c_regio r ON r.gm = t.gm AND r.niveau NOT IN ('gemeente', 'jeugdregio')
GROUP BY ALL
