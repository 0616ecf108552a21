"""What staff have written for customers: the published articles of Chatwoot's help centre, and its canned responses.

Tables: db/schema.rb of chatwoot/chatwoot; a status of 1 is "published" (app/models/article.rb); what the public pages hide, archived
portals, those behind a password and languages in preparation, is hidden here too (app/models/portal.rb).
"""

from ..model import Column, Filter, Query

_ACCOUNT = Filter("account_id", "account_id", "integer", "=", "only this Chatwoot account")
_ARTICLE = "id account_id portal_id category_id title description content slug status locale updated_at"
_READS = (
    ("articles", _ARTICLE),
    ("portals", "id account_id slug archived config"),
    ("canned_responses", "id account_id short_code content"),
)
_LANGUAGES = {"da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
              "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
              "ru": "russian", "sv": "swedish", "tr": "turkish"}


def _configuration(locale):
    """The text search configuration of a language such as pt_BR."""
    cases = " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in _LANGUAGES.items())
    return f"(CASE left({locale}, 2) {cases} ELSE 'simple' END)::regconfig"


_PUBLISHED = """articles AS a JOIN portals AS p ON p.id = a.portal_id
    WHERE a.status = 1 AND p.archived IS NOT TRUE
      AND coalesce(p.config ->> 'visibility', 'public') <> 'private_with_password'
      AND NOT coalesce(p.config -> 'draft_locales' @> to_jsonb(a.locale), false)
      AND (%(account_id)s::bigint IS NULL OR a.account_id = %(account_id)s)"""
_CANNED = "canned_responses AS c WHERE (%(account_id)s::bigint IS NULL OR c.account_id = %(account_id)s)"

# Every text is read at each call: some hundred articles take milliseconds, and nothing can be out of date. A misspelt word is
# found by its trigrams, in what a text begins with.
_SEARCH = f"""
WITH texts AS (
    SELECT 'article-' || a.id AS source, coalesce(a.title, '') AS title, coalesce(a.description, '') AS description,
           left(coalesce(a.content, ''), 50000) AS content, a.locale,
           %(desk_url)s || '/hc/' || p.slug || '/articles/' || a.slug AS url, {_configuration("a.locale")} AS language
    FROM {_PUBLISHED}
    UNION ALL
    SELECT 'canned-' || c.id, coalesce(c.short_code, ''), '', left(coalesce(c.content, ''), 50000), NULL, NULL,
           {_configuration("coalesce(%(locale)s, 'en')")}
    FROM {_CANNED}
), found AS (
    SELECT t.*, q.query,
           ts_rank(setweight(to_tsvector(language, title), 'A') || setweight(to_tsvector(language, description), 'B')
                   || to_tsvector(language, content), q.query, 1) AS rank,
           coalesce((SELECT max(word_similarity(word, title || ' ' || description || ' ' || left(content, 500)))
                     FROM unnest(%(q)s::text[]) AS word WHERE length(word) > 4), 0) AS near
    FROM texts AS t CROSS JOIN LATERAL websearch_to_tsquery(t.language, array_to_string(%(q)s::text[], ' or ')) AS q(query)
), best AS (
    SELECT *, ((rank + CASE WHEN near >= 0.5 THEN near / 10 ELSE 0 END)
               * CASE WHEN left(locale, 2) = left(%(locale)s, 2) THEN 2 ELSE 1 END)::numeric(8, 4) AS score
    FROM found WHERE rank > 0 OR near >= 0.5
    ORDER BY score DESC, source LIMIT least(coalesce(%(limit)s::int, 5), 20)
)
SELECT source, title, CASE WHEN length(content) <= 2000 THEN content ELSE ts_headline(language, content, query,
           'StartSel="", StopSel="", MaxFragments=4, MinWords=50, MaxWords=100, FragmentDelimiter=" … "') END, locale, url, score
FROM best ORDER BY score DESC, source
"""

_SPOKEN = f"""
SELECT locale, count(*) FROM (SELECT a.locale FROM {_PUBLISHED} UNION ALL SELECT '' FROM {_CANNED}) AS texts(locale)
GROUP BY locale ORDER BY 2 DESC, 1 LIMIT 50
"""

KNOWLEDGE = (
    Query("articles", "Published articles of the help centre", "postgresql", "articles",
          tuple(Column(name) for name in _ARTICLE.split()), (_ACCOUNT,), where="status = 1", where_needs=("status",)),
    Query("knowledge-search",
          "The texts that fit a question best: published articles, with their address, and canned responses; long ones in extracts",
          "postgresql", "articles", tuple(Column(name) for name in "source title text locale url score".split()),
          (Filter("q", "content", "words", "=", "the question or phrases to search for, up to 1,000 characters", required=True),
           Filter("locale", "locale", "text", "=", "the language to prefer, e.g. es"),
           Filter("limit", "id", "integer", "=", "how many texts, 20 at most; 5 without it"), _ACCOUNT),
          key="source", key_kind="text", statement=_SEARCH, reads=_READS),
    Query("knowledge-languages", "How many texts there are in each language of the help centre; canned responses have none",
          "postgresql", "articles", (Column("locale"), Column("texts")), (_ACCOUNT,), key="locale", key_kind="text",
          statement=_SPOKEN, reads=_READS),
)
