-- Begonnen in de periode: dagen van de aanvang tot het eerste contact x soort x regio.
WITH t AS (SELECT *, coalesce(contact - aanvang, -9999) AS dagen FROM jr)
SELECT c.code, m.code, r.code, p.code, count(*)
FROM t JOIN periode p ON t.begonnen BETWEEN p.eerste AND p.laatste AND p.soort <> 'kwartaal'
JOIN c_contact c ON t.dagen BETWEEN c.van AND c.tot
JOIN c_jr m ON m.waarde = t.type
JOIN c_regio r ON r.gm = t.gm AND r.niveau NOT IN ('gemeente', 'jeugdregio')
GROUP BY ALL
