-- Begonnen maatregelen; wat alleen is overgenomen begon niet.
SELECT m.code, r.code, p.code, count(*)
FROM jb JOIN periode p ON jb.begonnen BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_jb m ON m.waarde = jb.type JOIN c_regio r ON r.gm = jb.gm AND r.niveau <> 'gemeente'
GROUP BY ALL
