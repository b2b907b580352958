-- Sums of the lines from one day to another, by bucket and flow.
-- bucket = (day_number + shift) / width, never negative because shift moves the first bucket to 0.
-- The inner sum runs in the order of the covering index line_day, so that only one row
-- per day and flow is sorted into buckets.
SELECT (d.day_number + :shift) / :width AS bucket, '' AS part, d.flow, d.currency, d.base_currency,
       CAST(SUM(d.amount_minor) AS BIGINT) AS amount_minor,
       CAST(SUM(d.base_minor) AS BIGINT) AS base_minor,
       CAST(SUM(d.count) AS BIGINT) AS count,
       CAST(SUM(d.count_without_rate) AS BIGINT) AS count_without_rate
FROM (
    SELECT l.day_number, l.flow, l.currency, l.base_currency,
           CAST(SUM(l.amount_minor) AS BIGINT) AS amount_minor,
           CAST(COALESCE(SUM(l.base_minor), 0) AS BIGINT) AS base_minor,
           COUNT(*) AS count,
           COUNT(*) - COUNT(l.base_minor) AS count_without_rate
    FROM line AS l
    WHERE l.book_id = :book AND l.day_number BETWEEN :from_number AND :to_number
      AND l.flow IN (:flow, :flow_too)  -- if :flow
      AND COALESCE(l.account_id, '') = :account  -- if :account
      AND (COALESCE(l.category_id, '') = :category OR l.category_id IN (SELECT c.id FROM category AS c WHERE c.book_id = :book AND c.parent_id = :category))  -- if :category
    GROUP BY l.day_number, l.flow, l.currency, l.base_currency
) AS d
GROUP BY bucket, d.flow, d.currency, d.base_currency
