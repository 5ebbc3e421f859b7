-- Jongeren met jeugdbescherming in de periode: of zij in die periode ook jeugdhulp met verblijf hadden x regio van hun laatste jeugdzorg.
WITH t AS (
  SELECT jz.*, p.code AS pc FROM jz
  JOIN periode p ON jz.aanvang <= p.laatste AND (jz.einde IS NULL OR jz.einde >= p.eerste) AND p.soort <> 'kwartaal'),
j AS (SELECT DISTINCT ON (persoon, pc) persoon, pc, gm FROM t ORDER BY persoon, pc, aanvang DESC, vorm DESC, soort DESC),
had AS (SELECT persoon, pc, bool_or(vorm = 'JH' AND soort IN ('11', '12', '13', '14')) AS verblijf
        FROM t GROUP BY ALL HAVING bool_or(vorm = 'JB')),
s AS (SELECT persoon, pc, 'A027919' AS code FROM had
      UNION ALL SELECT persoon, pc, CASE WHEN verblijf THEN 'CWVB01' ELSE 'CWVB02' END FROM had)
SELECT s.code, r.code, j.pc, count(*)
FROM j JOIN s USING (persoon, pc) JOIN c_regio r ON r.gm = j.gm
GROUP BY ALL
