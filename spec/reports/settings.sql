-- What reports need of a book's settings.
SELECT s.id, s.base_currency, s.first_day_of_week, s.first_day_of_month, s.first_month_of_year
FROM settings AS s
WHERE s.book_id = :book AND NOT s.deleted
