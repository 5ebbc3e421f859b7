-- Shared by all second opinions. $DATA and $REGIONS are put in by the test.

CREATE TABLE periode (code VARCHAR, soort VARCHAR, eerste DATE, laatste DATE);
INSERT INTO periode VALUES
  ('2024JJ00', 'jaar', '2024-01-01', '2024-12-31'),
  ('2024HJ01', 'halfjaar', '2024-01-01', '2024-06-30'), ('2024HJ02', 'halfjaar', '2024-07-01', '2024-12-31'),
  ('2024KW01', 'kwartaal', '2024-01-01', '2024-03-31'), ('2024KW02', 'kwartaal', '2024-04-01', '2024-06-30'),
  ('2024KW03', 'kwartaal', '2024-07-01', '2024-09-30'), ('2024KW04', 'kwartaal', '2024-10-01', '2024-12-31');

-- Codes and the values that belong to each; '-' stands for a value that is not known.
CREATE TABLE c_hulpvorm (code VARCHAR, waarde VARCHAR);
INSERT INTO c_hulpvorm
  SELECT 'CWJH12', unnest(['01', '02', '03', '04', '11', '12', '13', '14'])
  UNION ALL SELECT 'A042503', unnest(['01', '02', '03', '04']) UNION ALL SELECT 'A017916', '01'
  UNION ALL SELECT 'A027917', unnest(['02', '03', '04'])
  UNION ALL SELECT 'A027918', unnest(['11', '12', '13', '14'])
  UNION ALL SELECT 'CWHV' || w, w FROM (SELECT unnest(['02', '03', '04', '11', '12', '13', '14']) AS w);
CREATE TABLE c_verwijzer AS
  SELECT 'CWVW' || w AS code, w AS waarde FROM (SELECT unnest(['01', '02', '03', '04', '05', '06', '08']) AS w)
  UNION ALL SELECT 'CWVW99', unnest(['07', '-'])
  UNION ALL SELECT 'CWVW00', unnest(['01', '02', '03', '04', '05', '06', '07', '08', '-']);
CREATE TABLE c_crisis (code VARCHAR, waarde VARCHAR);
INSERT INTO c_crisis VALUES ('CWCR00', '01'), ('CWCR00', '02'), ('CWCR00', '-'), ('CWCR01', '01'), ('CWCR02', '02'),
  ('CWCR99', '-');
CREATE TABLE c_reden_jeugdhulp (code VARCHAR, waarde VARCHAR);
INSERT INTO c_reden_jeugdhulp
  SELECT 'CWRH00', unnest(['01', '02', '03', '04', '05', '-']) UNION ALL SELECT 'CWRH01', '01'
  UNION ALL SELECT 'CWRH10', unnest(['02', '03', '04', '05'])
  UNION ALL SELECT 'CWRH' || w, w FROM (SELECT unnest(['02', '03', '04', '05']) AS w) UNION ALL SELECT 'CWRH99', '-';
CREATE TABLE c_duur (code VARCHAR, van INTEGER, tot INTEGER);
INSERT INTO c_duur VALUES ('CWDU00', -9999, 999999), ('CWDU01', -9999, 90), ('CWDU02', 91, 182), ('CWDU03', 183, 364),
  ('CWDU04', 365, 729), ('CWDU10', 730, 999999), ('CWDU05', 730, 1095), ('CWDU06', 1096, 1460), ('CWDU07', 1461, 999999);
CREATE TABLE c_leeftijd (code VARCHAR, waarde INTEGER);  -- -1 stands for unknown
INSERT INTO c_leeftijd
  SELECT 'CWLF01', unnest([0, 1, 2, 3]) UNION ALL SELECT 'CWLF02', unnest([4, 5, 6, 7, 8, 9, 10, 11])
  UNION ALL SELECT 'CWLF03', unnest([12, 13, 14, 15, 16, 17]) UNION ALL SELECT 'CWLF04', unnest([18, 19, 20, 21, 22])
  UNION ALL SELECT '10000', unnest(range(-1, 130));
CREATE TABLE c_geslacht (code VARCHAR, waarde VARCHAR);
INSERT INTO c_geslacht VALUES ('T001038', 'M'), ('T001038', 'V'), ('T001038', 'O'), ('T001038', '-'), ('3000', 'M'),
  ('4000', 'V');
CREATE TABLE c_huishouden (code VARCHAR, waarde VARCHAR);
INSERT INTO c_huishouden VALUES ('CWHH00', '1'), ('CWHH00', '2'), ('CWHH00', '3'), ('CWHH00', '9'), ('CWHH00', '-'),
  ('CWHH01', '1'), ('CWHH02', '2'), ('CWHH03', '3'), ('CWHH99', '9'), ('CWHH99', '-');
CREATE TABLE c_herkomst AS SELECT replace(code, 'HH', 'HK') AS code, waarde FROM c_huishouden;
CREATE TABLE c_jb (code VARCHAR, waarde VARCHAR);
INSERT INTO c_jb
  SELECT 'A027919', unnest(['11', '12', '21', '22', '23']) UNION ALL SELECT 'CWJB10', unnest(['11', '12'])
  UNION ALL SELECT 'CWJB20', unnest(['21', '22', '23'])
  UNION ALL SELECT 'CWJB' || w, w FROM (SELECT unnest(['11', '12', '21', '22', '23']) AS w);
CREATE TABLE c_reden_jb AS
  WITH r AS (SELECT unnest(['01', '02', '03', '04', '05', '06', '07', '11', '12', '13', '14', '15']) AS w)
  SELECT 'CWRB' || w AS code, w AS waarde FROM r UNION ALL SELECT 'CWRB00', w FROM r
  UNION ALL SELECT 'CWRB00', '-' UNION ALL SELECT 'CWRB99', '-';
CREATE TABLE c_jr AS
  WITH r AS (SELECT unnest(['41', '42', '50', '51', '61', '62', '63']) AS w)
  SELECT 'CWJR' || w AS code, w AS waarde FROM r UNION ALL SELECT 'A027920', w FROM r;
CREATE TABLE c_drp (code VARCHAR, waarde VARCHAR);
INSERT INTO c_drp VALUES ('CWDR00', '41'), ('CWDR00', '42'), ('CWDR00', '43'), ('CWDR00', '-'), ('CWDR41', '41'),
  ('CWDR49', '42'), ('CWDR43', '43'), ('CWDR49', '-');
CREATE TABLE c_doorverwijzing (code VARCHAR, waarde VARCHAR);
INSERT INTO c_doorverwijzing VALUES ('CWDV00', '51'), ('CWDV00', '52'), ('CWDV00', '-'), ('CWDV59', '51'),
  ('CWDV52', '52'), ('CWDV59', '-');
CREATE TABLE c_perspectief AS
  SELECT 'CWPS' || w AS code, w AS waarde FROM (SELECT unnest(['01', '02', '03', '04']) AS w)
  UNION ALL SELECT 'CWPS99', '-' UNION ALL SELECT 'CWPS00', unnest(['01', '02', '03', '04', '-']);
CREATE TABLE c_contact (code VARCHAR, van INTEGER, tot INTEGER);  -- -9999 stands for unknown
INSERT INTO c_contact VALUES ('CWEC00', -9999, 999999), ('CWEC01', -999, 6), ('CWEC02', 7, 13), ('CWEC03', 14, 27), ('CWEC04', 28, 90),
  ('CWEC05', 91, 999999), ('CWEC99', -9999, -9999);
CREATE TABLE c_interventie (code VARCHAR, waarde VARCHAR);
INSERT INTO c_interventie VALUES ('CWEI00', '01'), ('CWEI00', '02'), ('CWEI00', '-'), ('CWEI01', '01'), ('CWEI09', '02'),
  ('CWEI09', '-');
CREATE TABLE c_machtiging (code VARCHAR, waarde VARCHAR);
INSERT INTO c_machtiging VALUES ('CWMU00', '71'), ('CWMU00', '72'), ('CWMU71', '71'), ('CWMU72', '72');

-- Regions. `gm` and `wk` of a record below are '-' where they are not known.
CREATE TABLE gemeenten AS SELECT * FROM read_csv('$REGIONS/gemeenten_2023.csv', all_varchar = true);
CREATE TABLE wijken AS SELECT * FROM read_csv('$REGIONS/wijken_2020.csv', all_varchar = true);
CREATE TABLE opgegaan AS SELECT old, new FROM read_csv('$REGIONS/changes_2020_2023.csv', all_varchar = true)
  WHERE share::DOUBLE = 1;
CREATE TABLE c_regio AS
  SELECT gemeente AS code, gemeente AS gm, 'gemeente' AS niveau FROM gemeenten
  UNION ALL SELECT provincie, gemeente, 'provincie' FROM gemeenten
  UNION ALL SELECT jeugdregio, gemeente, 'jeugdregio' FROM gemeenten
  UNION ALL SELECT 'NL01', gemeente, 'land' FROM gemeenten
  UNION ALL SELECT 'NL01', '-', 'land' UNION ALL SELECT 'GM9999', '-', 'onbekend';
CREATE TABLE c_indeling AS  -- and the levels that a table has only where it names them
  SELECT * FROM c_regio UNION ALL SELECT landsdeel, gemeente, 'landsdeel' FROM gemeenten UNION ALL SELECT corop, gemeente, 'corop' FROM gemeenten
  UNION ALL SELECT arrondissement, gemeente, 'arrondissement' FROM gemeenten
  UNION ALL SELECT grootteklasse, gemeente, 'grootteklasse' FROM gemeenten;
CREATE TABLE c_wijk AS  -- wk: a wijk, or a gemeente where only that is known
  SELECT wijk AS code, wijk AS wk FROM wijken
  UNION ALL SELECT gemeente, wijk FROM wijken
  UNION ALL SELECT 'NL00', wijk FROM wijken
  UNION ALL SELECT 'WK' || gemeente[3:6] || 'XX', gemeente FROM gemeenten
  UNION ALL SELECT gemeente, gemeente FROM gemeenten
  UNION ALL SELECT 'NL00', gemeente FROM gemeenten
  UNION ALL SELECT 'NL00', '-' UNION ALL SELECT 'GM9999', '-';
CREATE TABLE postcodes AS SELECT * FROM read_parquet('$DATA/regions/postcodes.parquet');

-- What every record shares: place and age, and the two facts of the population register.
CREATE TABLE kenmerken AS
  SELECT persoon, huishouden, herkomst FROM read_parquet('$DATA/vault/microdata/persoonskenmerken/*.parquet')
  WHERE jaar = 2024;
CREATE MACRO geplaatst(soort) AS TABLE
  WITH r AS (
    SELECT t.*, p.wijk, coalesce(p.gemeente, t.gemeente) AS g
    FROM query_table(soort) t LEFT JOIN postcodes p ON p.postcode = t.postcode)
  SELECT r.* EXCLUDE (g, gemeente, wijk),
    coalesce((SELECT gemeente FROM gemeenten WHERE gemeente = g), (SELECT new FROM opgegaan WHERE old = g), '-') AS gm,
    coalesce((SELECT wijk FROM wijken WHERE wijken.wijk = r.wijk), (SELECT gemeente FROM gemeenten WHERE gemeente = g),
             (SELECT new FROM opgegaan WHERE old = g), '-') AS wk,
    CASE WHEN geboortedatum IS NULL THEN -1 ELSE 2024 - year(geboortedatum) END AS jaren, geboortedatum AS geboren,
    coalesce((SELECT huishouden FROM kenmerken k WHERE k.persoon = r.persoon), '-') AS hh,
    coalesce((SELECT herkomst FROM kenmerken k WHERE k.persoon = r.persoon), '-') AS hk
  FROM r;

-- Until when a delivery reports. What still ran then, and of which nothing came in a later period although others of its kind
-- did, is closed on the day after, reason unknown; unless its provider has since given it with another begin.
CREATE MACRO tot(p) AS CASE p[5:8] WHEN 'HJ01' THEN make_date(p[1:4]::INT, 6, 30) WHEN 'HJ02' THEN make_date(p[1:4]::INT, 12, 31)
  ELSE last_day(make_date(p[1:4]::INT, 3 * p[8:8]::INT, 1)) END;

-- Youth help: of a key (persoon, aanvang, hulpvorm, aanbieder) the latest delivery; within it what still runs.
CREATE TABLE jh_geleverd AS SELECT *, tot(periode) AS tot FROM read_parquet('$DATA/vault/microdata/jeugdhulp/*.parquet');
CREATE TABLE jh_een AS
  SELECT * REPLACE (CASE WHEN coalesce(einde > tot, true) AND tot < (SELECT max(tot) FROM jh_geleverd) THEN tot + 1 ELSE einde END AS einde,
                    CASE WHEN coalesce(einde > tot, true) AND tot < (SELECT max(tot) FROM jh_geleverd) THEN NULL ELSE reden END AS reden)
  FROM jh_geleverd a WHERE NOT EXISTS (
    SELECT 1 FROM jh_geleverd b
    WHERE b.persoon = a.persoon AND b.aanvang = a.aanvang AND b.hulpvorm = a.hulpvorm AND b.aanbieder = a.aanbieder
      AND (b.periode > a.periode OR (b.periode = a.periode AND b.einde IS NULL AND a.einde IS NOT NULL)))
  AND NOT (coalesce(einde > tot, true) AND EXISTS (
    SELECT 1 FROM jh_geleverd c WHERE c.persoon = a.persoon AND c.hulpvorm = a.hulpvorm AND c.aanbieder = a.aanbieder
      AND c.tot > a.tot AND c.aanvang <= a.tot AND NOT EXISTS (
        SELECT 1 FROM jh_geleverd d WHERE d.persoon = c.persoon AND d.hulpvorm = c.hulpvorm AND d.aanbieder = c.aanbieder
          AND d.aanvang = c.aanvang AND d.tot <= a.tot)));
CREATE TABLE jh AS SELECT * FROM geplaatst('jh_een');

-- Measures: what each institution says of a measure (same person, type and first day) is told by its latest delivery, and by an earlier one
-- where that leaves out a day of taking over or a first contact. Two of these are one measure if the one was handed over on the day before
-- the other was taken over, or if they have the same first day; and so on, from one to the next. What nobody took over ended with the old
-- institution.
CREATE TABLE jb_geleverd AS SELECT *, tot(periode) AS tot FROM read_parquet('$DATA/vault/microdata/jeugdbescherming/*.parquet');
CREATE TABLE jr_geleverd AS SELECT *, tot(periode) AS tot FROM read_parquet('$DATA/vault/microdata/jeugdreclassering/*.parquet');
CREATE MACRO een_maatregel(soort) AS TABLE
  WITH RECURSIVE g AS (SELECT * REPLACE (coalesce(aanvang, overgedragen_gekregen) AS aanvang) FROM query_table(soort)),
  zegt AS (SELECT persoon, type, aanbieder, aanvang, array_agg(tot) AS toen,
             max_by(overgedragen_gekregen, tot) FILTER (overgedragen_gekregen IS NOT NULL) AS gekregen,
             max_by(eerste_contact, tot) FILTER (eerste_contact IS NOT NULL) AS contact,
             array_agg(DISTINCT overgedragen_gekregen) FILTER (overgedragen_gekregen IS NOT NULL) AS over FROM g GROUP BY ALL),
  deel AS (
    SELECT a.*, zegt.toen, zegt.gekregen, zegt.contact, coalesce(zegt.over, []) AS over,
      (SELECT max(tot) FROM g b WHERE b.persoon = a.persoon AND b.aanvang = a.aanvang AND b.type = a.type) AS laatst,
      overgedragen IS NULL AND coalesce(einde > tot, true) AND tot < (SELECT max(tot) FROM g) AS zwijgt
    FROM g a JOIN zegt USING (persoon, type, aanbieder, aanvang) WHERE NOT EXISTS (
      SELECT 1 FROM g b WHERE b.persoon = a.persoon AND b.aanvang = a.aanvang AND b.type = a.type AND b.aanbieder = a.aanbieder
        AND (b.periode > a.periode OR (b.periode = a.periode AND b.overgedragen IS NULL AND a.overgedragen IS NOT NULL)))),
  verbeterd AS (
    SELECT o.persoon, o.type, o.aanbieder, o.aanvang AS oud, n.aanvang AS nieuw, o.gekregen, o.contact, o.over
    FROM deel o JOIN deel n USING (persoon, type, aanbieder)
    WHERE o.zwijgt AND n.tot > o.tot AND n.aanvang <= o.tot AND NOT list_contains(n.toen, o.tot)),
  een AS (
    SELECT * REPLACE (CASE WHEN zwijgt THEN tot + 1 ELSE einde END AS einde, CASE WHEN zwijgt THEN NULL ELSE reden END AS reden,
        coalesce(gekregen, (SELECT max(gekregen) FROM verbeterd v WHERE v.persoon = a.persoon AND v.type = a.type AND v.aanbieder = a.aanbieder AND v.nieuw = a.aanvang)) AS gekregen,
        coalesce(contact, (SELECT max(contact) FROM verbeterd v WHERE v.persoon = a.persoon AND v.type = a.type AND v.aanbieder = a.aanbieder AND v.nieuw = a.aanvang)) AS contact),
      row_number() OVER (ORDER BY coalesce(overgedragen, CASE WHEN tot < laatst THEN tot END) NULLS LAST, periode, einde NULLS LAST, aanvang, aanbieder) AS nr
    FROM deel a WHERE NOT (zwijgt AND (tot < laatst OR EXISTS (
      SELECT 1 FROM verbeterd v WHERE v.persoon = a.persoon AND v.type = a.type AND v.aanbieder = a.aanbieder AND v.oud = a.aanvang)))),
  paar AS (
    SELECT v.nr AS x, n.nr AS y FROM een v JOIN een n USING (persoon, type)
    WHERE v.nr <> n.nr AND (v.overgedragen + 1 = n.gekregen OR v.aanvang = n.aanvang)),
  bij AS (
    SELECT nr AS x, nr AS y FROM een
    UNION SELECT bij.x, p.y FROM bij JOIN (SELECT x, y FROM paar UNION ALL SELECT y, x FROM paar) p ON p.x = bij.y),
  heel AS (
    SELECT max(bij.y) AS laatste, min(aanvang) AS eerste_dag, min(CASE WHEN aanvang IS DISTINCT FROM gekregen THEN aanvang END) AS begonnen,
           min(contact) AS contact, list_distinct(flatten(list(list_append(over, gekregen)))) AS over
    FROM bij JOIN een ON een.nr = bij.y GROUP BY bij.x)
  SELECT een.* EXCLUDE (contact, over) REPLACE (eerste_dag AS aanvang,
      coalesce(einde, CASE WHEN overgedragen < (SELECT max(tot) FROM g) THEN overgedragen END) AS einde),
    h.begonnen, h.contact, h.over
  FROM (SELECT DISTINCT * FROM heel) h JOIN een ON een.nr = h.laatste;
CREATE TABLE jb_een AS SELECT * FROM een_maatregel('jb_geleverd') WHERE type <> '31';
CREATE TABLE jr_een AS SELECT * FROM een_maatregel('jr_geleverd') WHERE type <> '31';
CREATE TABLE pjb_een AS SELECT * FROM een_maatregel('jb_geleverd') WHERE type = '31';
CREATE TABLE pjr_een AS SELECT * FROM een_maatregel('jr_geleverd') WHERE type = '31';
CREATE TABLE pjb AS SELECT * FROM geplaatst('pjb_een');
CREATE TABLE pjr AS SELECT * FROM geplaatst('pjr_een');
CREATE TABLE jb AS SELECT * FROM geplaatst('jb_een');
CREATE TABLE jr AS SELECT * FROM geplaatst('jr_een');

CREATE TABLE mu_geleverd AS SELECT *, tot(periode) AS tot FROM read_parquet('$DATA/vault/microdata/machtiging_uhp/*.parquet');
CREATE TABLE mu_een AS
  SELECT * REPLACE (CASE WHEN coalesce(einde > tot, true) AND tot < (SELECT max(tot) FROM mu_geleverd) THEN tot + 1 ELSE einde END AS einde)
  FROM mu_geleverd a WHERE periode = (
    SELECT max(periode) FROM mu_geleverd b WHERE b.persoon = a.persoon AND b.aanvang = a.aanvang AND b.type = a.type);
CREATE TABLE mu AS SELECT * FROM geplaatst('mu_een');

CREATE TABLE jz AS
  SELECT persoon, aanvang, einde, geslacht, gm, wk, jaren, geboren, 'JH' AS vorm, hulpvorm AS soort FROM jh
  UNION ALL SELECT persoon, aanvang, einde, geslacht, gm, wk, jaren, geboren, 'JB', type FROM jb
  UNION ALL SELECT persoon, aanvang, einde, geslacht, gm, wk, jaren, geboren, 'JR', type FROM jr;
