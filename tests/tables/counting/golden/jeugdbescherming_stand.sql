-- Records of jeugdbescherming, loaded once for 2024; then the database is locked.
CREATE TABLE "jeugdbescherming_2024" AS
WITH RECURSIVE
-- 1. Records of jeugdbescherming as delivered, in all periods of the span.
geleverd_jeugdbescherming AS (
  SELECT
    "persoon",
    "bsn_bekend",
    "geboortedatum",
    "geslacht",
    "postcode",
    "gemeente",
    "einde",
    "aanbieder",
    "periode",
    "bestand",
    "type",
    "reden",
    "overgedragen",
    "overgedragen_gekregen",
    "eerste_contact",
    COALESCE("aanvang", "overgedragen_gekregen") AS "aanvang",
    LIST_POSITION($perioden_jeugdbescherming, "periode") AS "rang",
    CAST(LIST_EXTRACT($eindes_jeugdbescherming, LIST_POSITION($perioden_jeugdbescherming, "periode")) AS DATE) AS "tot"
  FROM READ_PARQUET($bestanden_jeugdbescherming, union_by_name = TRUE)
),
-- 2. One row per persoon, aanvang, type, aanbieder: the latest delivery; within it what still runs.
laatste_jeugdbescherming AS (
  SELECT
    *
    REPLACE (COALESCE(
      "overgedragen_gekregen",
      ARG_MAX("overgedragen_gekregen", "rang") OVER (PARTITION BY "persoon", "aanvang", "type", "aanbieder")
    ) AS "overgedragen_gekregen", COALESCE(
      "eerste_contact",
      ARG_MAX("eerste_contact", "rang") OVER (PARTITION BY "persoon", "aanvang", "type", "aanbieder")
    ) AS "eerste_contact"),
    LIST("tot") OVER (PARTITION BY "persoon", "aanvang", "type", "aanbieder") AS "geleverd_tot",
    LIST("overgedragen_gekregen") OVER (PARTITION BY "persoon", "aanvang", "type", "aanbieder") AS "overgenomen_",
    MAX("tot") OVER (PARTITION BY "persoon", "aanvang", "type") AS "laatst"
  FROM geleverd_jeugdbescherming
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "persoon", "aanvang", "type", "aanbieder"
      ORDER BY "rang" DESC, "overgedragen" DESC NULLS FIRST, "einde" DESC NULLS FIRST, "bsn_bekend" ASC, "geboortedatum" ASC, "geslacht" ASC, "postcode" ASC, "gemeente" ASC, "bestand" ASC, "reden" ASC, "overgedragen_gekregen" ASC, "eerste_contact" ASC
    ) = 1
),
-- 3. Which ran on when last delivered, although a later period was delivered?
stil_jeugdbescherming AS (
  SELECT
    *,
    (
      "einde" IS NULL OR "einde" > "tot"
    )
    AND "tot" < (
      SELECT
        MAX("tot")
      FROM geleverd_jeugdbescherming
    )
    AND "overgedragen" IS NULL AS "stil"
  FROM laatste_jeugdbescherming
),
-- 4. Without those whose provider gives them with another begin since; what does not return is closed by rule niet_teruggekeerd.
blijvend_jeugdbescherming AS (
  SELECT
    o.*
    REPLACE (COALESCE(
      "o"."overgedragen_gekregen",
      (
        SELECT
          MAX("v"."overgedragen_gekregen")
        FROM stil_jeugdbescherming AS v
        WHERE
          "v"."stil"
          AND (
            "o"."persoon" = "v"."persoon"
            AND "o"."type" = "v"."type"
            AND "o"."aanbieder" = "v"."aanbieder"
            AND "o"."tot" > "v"."tot"
            AND NOT LIST_CONTAINS("o"."geleverd_tot", "v"."tot")
            AND "o"."aanvang" <= "v"."tot"
          )
      )
    ) AS "overgedragen_gekregen", COALESCE(
      "o"."eerste_contact",
      (
        SELECT
          MAX("v"."eerste_contact")
        FROM stil_jeugdbescherming AS v
        WHERE
          "v"."stil"
          AND (
            "o"."persoon" = "v"."persoon"
            AND "o"."type" = "v"."type"
            AND "o"."aanbieder" = "v"."aanbieder"
            AND "o"."tot" > "v"."tot"
            AND NOT LIST_CONTAINS("o"."geleverd_tot", "v"."tot")
            AND "o"."aanvang" <= "v"."tot"
          )
      )
    ) AS "eerste_contact", CASE WHEN "o"."stil" THEN "o"."tot" + 1 ELSE "o"."einde" END AS "einde", CASE WHEN "o"."stil" THEN CAST(NULL AS TEXT) ELSE "o"."reden" END AS "reden"),
    CASE WHEN "o"."stil" THEN 'niet_teruggekeerd' END AS "gesloten_door"
  FROM stil_jeugdbescherming AS o
  WHERE
    NOT (
      "o"."stil"
      AND (
        EXISTS(
          SELECT
            1
          FROM stil_jeugdbescherming AS n
          WHERE
            "n"."persoon" = "o"."persoon"
            AND "n"."type" = "o"."type"
            AND "n"."aanbieder" = "o"."aanbieder"
            AND "n"."tot" > "o"."tot"
            AND NOT LIST_CONTAINS("n"."geleverd_tot", "o"."tot")
            AND "n"."aanvang" <= "o"."tot"
        )
        OR "o"."tot" < "o"."laatst"
      )
    )
),
-- 5. A number for each record; which of those handed over, or taken over, on that day is it?
schakel_jeugdbescherming AS (
  SELECT
    *,
    LAG("nummer") OVER (PARTITION BY "persoon", "aanvang", "type" ORDER BY "nummer" ASC) AS "sleutel_vorige"
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (
        PARTITION BY "persoon", "type"
        ORDER BY COALESCE("overgedragen", CASE WHEN "tot" < "laatst" THEN "tot" END) ASC, "rang" ASC, "einde" ASC, "aanvang" ASC, "aanbieder" ASC
      ) AS "nummer",
      ROW_NUMBER() OVER (
        PARTITION BY "persoon", "type", "overgedragen"
        ORDER BY "aanvang" ASC, "aanbieder" ASC
      ) AS "hoeveelste_weg",
      ROW_NUMBER() OVER (
        PARTITION BY "persoon", "type", "overgedragen_gekregen"
        ORDER BY "aanvang" ASC, "aanbieder" ASC
      ) AS "hoeveelste_over"
    FROM blijvend_jeugdbescherming
  ) AS genummerd
),
-- 6. Which does each go on from: by the day of handing over, else by the same begin.
volgt_jeugdbescherming AS (
  SELECT
    n.*,
    COALESCE("v"."nummer", "n"."sleutel_vorige") AS "vorige"
  FROM schakel_jeugdbescherming AS n
  LEFT JOIN schakel_jeugdbescherming AS v
    ON "v"."persoon" = "n"."persoon"
    AND "v"."type" = "n"."type"
    AND "v"."overgedragen" + 1 = "n"."overgedragen_gekregen"
    AND "v"."hoeveelste_weg" = "n"."hoeveelste_over"
    AND COALESCE("v"."overgedragen_gekregen" <= "v"."overgedragen", TRUE)
    AND COALESCE("n"."overgedragen_gekregen" <= "n"."overgedragen", TRUE)
    AND "v"."nummer" < "n"."nummer"
),
-- 7. From provider to provider: the chain of each record.
keten_jeugdbescherming AS (
  SELECT
    "persoon" AS "persoon_",
    "type" AS "type_",
    "nummer" AS "nummer_",
    "nummer" AS "keten"
  FROM volgt_jeugdbescherming
  WHERE
    "vorige" IS NULL
  UNION ALL
  SELECT
    "n"."persoon",
    "n"."type",
    "n"."nummer",
    "k"."keten"
  FROM volgt_jeugdbescherming AS n
  JOIN keten_jeugdbescherming AS k
    ON "n"."persoon" IS NOT DISTINCT FROM "k"."persoon_"
    AND "n"."type" IS NOT DISTINCT FROM "k"."type_"
    AND "n"."vorige" = "k"."nummer_"
),
-- 8. One row per chain: the earliest begin, all else of the last.
traject_jeugdbescherming AS (
  SELECT
    "persoon",
    "bsn_bekend",
    "geboortedatum",
    "geslacht",
    "postcode",
    "gemeente",
    "aanbieder",
    MIN("aanvang") OVER (PARTITION BY "persoon", "type", "keten") AS "aanvang",
    MIN(CASE WHEN "aanvang" = "overgedragen_gekregen" THEN NULL ELSE "aanvang" END) OVER (PARTITION BY "persoon", "type", "keten") AS "begonnen",
    COALESCE(
      "einde",
      CASE
        WHEN "overgedragen" < (
          SELECT
            MAX("tot")
          FROM geleverd_jeugdbescherming
        )
        THEN "overgedragen"
      END
    ) AS "einde",
    "type",
    "reden",
    "gesloten_door",
    '' AS "vorm_",
    "type" AS "soort",
    FLATTEN(
      LIST(LIST_APPEND("overgenomen_", "overgedragen_gekregen")) OVER (PARTITION BY "persoon", "type", "keten")
    ) AS "overgenomen_op",
    MIN("eerste_contact") OVER (PARTITION BY "persoon", "type", "keten") AS "eerste_contact"
  FROM volgt_jeugdbescherming
  JOIN keten_jeugdbescherming
    ON "persoon" IS NOT DISTINCT FROM "persoon_"
    AND "type" IS NOT DISTINCT FROM "type_"
    AND "nummer" IS NOT DISTINCT FROM "nummer_"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "persoon", "type", "keten" ORDER BY "nummer" DESC) = 1
),
-- 9. All trajectories of the source.
trajecten AS (
  SELECT
    *
  FROM traject_jeugdbescherming
),
-- 10. Kinds of trajectory in order, to tell apart what began on one day.
soorten AS (
  SELECT
    LIST_SORT(ARRAY_AGG(DISTINCT "vorm_" || COALESCE("soort", ''))) AS "lijst"
  FROM trajecten
),
-- 11. Postcode to wijk and gemeente; where a postcode has several, one row decides both.
plaatsen AS (
  SELECT
    "postcode",
    "wijk" AS "wijk",
    "gemeente" AS "gemeente"
  FROM READ_PARQUET($postcodes, union_by_name = TRUE)
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "postcode" ORDER BY "gemeente" ASC, "wijk" ASC) = 1
),
-- 12. What persoonskenmerken says of the year.
kenmerken_persoonskenmerken AS (
  SELECT
    "persoon",
    MIN("huishouden") AS "huishouden",
    MIN("herkomst") AS "herkomst"
  FROM READ_PARQUET($kenmerken_persoonskenmerken, union_by_name = TRUE)
  WHERE
    CAST("jaar" AS INT) = 2024
  GROUP BY
    "persoon"
)
-- 13. What else is known beside each trajectory: age, place, persons; its place by begin.
SELECT
  "t"."persoon",
  "t"."bsn_bekend",
  "t"."geboortedatum",
  "t"."geslacht",
  "t"."aanvang",
  "t"."einde",
  "t"."aanbieder",
  "t"."begonnen",
  "t"."type",
  "t"."reden",
  "t"."gesloten_door",
  "t"."overgenomen_op",
  CASE
    WHEN EXISTS(
      SELECT
        1
      FROM trajecten AS v
      WHERE
        "v"."persoon" = "t"."persoon"
        AND COALESCE("v"."type" <> '31', FALSE)
        AND "v"."einde" BETWEEN "t"."aanvang" - INTERVAL '5' YEAR AND "t"."aanvang" - INTERVAL '2' DAY
    )
    THEN '02'
    ELSE '01'
  END AS "soort_start",
  DATE_DIFF('DAY', "t"."aanvang", "t"."eerste_contact") AS "dagen_tot_contact",
  2024 - EXTRACT(year FROM "t"."geboortedatum") AS "leeftijd",
  COALESCE("p"."gemeente", "t"."gemeente") AS "gemeente",
  "p"."wijk",
  "k0"."huishouden",
  "k0"."herkomst",
  DATE_DIFF('DAY', CAST('1970-01-01' AS DATE), "t"."aanvang") * 1000 + LIST_POSITION((
    SELECT
      "lijst"
    FROM soorten
  ), "t"."vorm_" || COALESCE("t"."soort", '')) AS "volgorde"
FROM trajecten AS t
LEFT JOIN plaatsen AS p
  ON "p"."postcode" = "t"."postcode"
LEFT JOIN kenmerken_persoonskenmerken AS k0
  ON "k0"."persoon" = "t"."persoon"
WHERE
  "t"."einde" IS NULL OR "t"."einde" >= CAST('2024-01-01' AS DATE);

-- Table jeugdbescherming_stand: 2024HJ01.
WITH
-- 1. Fields of this table, one row per trajectory.
gegevens AS (
  SELECT
    "persoon",
    "volgorde",
    "aanvang",
    "begonnen",
    "einde",
    "gemeente",
    "type"
  FROM jeugdbescherming_2024
),
-- 2. Those that run on the last day of 2024HJ01; Perioden has a bit for each, where type in ('11', '12', '21', '22', '23').
gekozen AS (
  SELECT
    *,
    CASE
      WHEN "aanvang" <= CAST('2024-06-30' AS DATE)
      AND (
        "einde" IS NULL OR "einde" > CAST('2024-06-30' AS DATE)
      )
      THEN 1
      ELSE 0
    END AS "3_Perioden"
  FROM gegevens
  WHERE
    (
      "aanvang" <= CAST('2024-06-30' AS DATE)
      AND (
        "einde" IS NULL OR "einde" > CAST('2024-06-30' AS DATE)
      )
    )
    AND COALESCE("type" IN ('11', '12', '21', '22', '23'), FALSE)
),
-- 3. Which value is which class of RegioS: 359 values, bound.
klassen_2 AS (
  SELECT
    UNNEST($waarden_2) AS "waarde",
    UNNEST($bladen_2) AS "klasse"
),
-- 4. The class of each trajectory in each dimension, as a number.
ingedeeld AS (
  SELECT
    "3_Perioden",
    CASE "type"
      WHEN '11'
      THEN 0
      WHEN '12'
      THEN 1
      WHEN '21'
      THEN 2
      WHEN '22'
      THEN 3
      WHEN '23'
      THEN 4
      ELSE -1
    END AS "1_SoortMaatregel",
    COALESCE("klassen_2"."klasse", 342) AS "2_RegioS"
  FROM gekozen
  LEFT JOIN klassen_2 AS klassen_2
    ON "klassen_2"."waarde" = "gemeente"
)
-- 5. Count trajecten per combination of classes: the atoms.
SELECT
  "1_SoortMaatregel",
  "2_RegioS",
  "3_Perioden",
  COUNT(*) AS "aantal"
FROM ingedeeld
GROUP BY
  "1_SoortMaatregel",
  "2_RegioS",
  "3_Perioden";
