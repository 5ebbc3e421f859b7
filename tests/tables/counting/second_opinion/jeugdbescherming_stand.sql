-- Maatregelen op de peildatum.
SELECT m.code, r.code, p.code, count(*)
FROM jb JOIN periode p ON p.soort = 'halfjaar' AND jb.aanvang <= p.laatste AND (jb.einde IS NULL OR jb.einde > p.laatste)
JOIN c_jb m ON m.waarde = jb.type JOIN c_regio r ON r.gm = jb.gm
GROUP BY ALL
