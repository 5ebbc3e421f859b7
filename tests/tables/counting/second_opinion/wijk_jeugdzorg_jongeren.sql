-- Jongeren met enige jeugdzorg in het jaar: vorm (alle) x wijk van het traject dat het laatst begon.
WITH t AS (SELECT * FROM jz WHERE aanvang <= '2024-12-31' AND (einde IS NULL OR einde >= '2024-01-01')),
j AS (SELECT DISTINCT ON (persoon) persoon, wk FROM t ORDER BY persoon, aanvang DESC, vorm DESC, soort DESC),
v (code, vorm) AS (VALUES ('CWJZ12', 'JH'), ('CWJZ12', 'JB'), ('CWJZ12', 'JR'), ('CWJH12', 'JH'), ('A027919', 'JB'), ('A027920', 'JR'))
SELECT v.code, w.code, '2024JJ00', count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon) JOIN v ON v.vorm = t.vorm JOIN c_wijk w ON w.wk = j.wk
GROUP BY ALL
