-- Jongeren met enige jeugdzorg in de periode: vorm (alle) x regio van het traject dat het laatst begon.
WITH t AS (
  SELECT jz.*, p.code AS pc FROM jz
  JOIN periode p ON jz.aanvang <= p.laatste AND (jz.einde IS NULL OR jz.einde >= p.eerste) AND p.soort <> 'kwartaal'),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, gm FROM t ORDER BY persoon, pc, aanvang DESC, vorm DESC, soort DESC),
v (code, vorm) AS (VALUES ('CWJZ12', 'JH'), ('CWJZ12', 'JB'), ('CWJZ12', 'JR'), ('CWJH12', 'JH'), ('A027919', 'JB'),
                   ('A027920', 'JR'))
SELECT v.code, r.code, j.pc, count(DISTINCT j.persoon)
FROM j JOIN t USING (persoon, pc) JOIN v ON v.vorm = t.vorm JOIN c_indeling r ON r.gm = j.gm AND r.niveau <> 'arrondissement'
GROUP BY ALL
