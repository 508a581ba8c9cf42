# cython: language_level=3, wraparound=False, cdivision=True, initializedcheck=False
"""`scan.Scanner` and `weighing.Weigher` with C's numbers: see there for what each step is for.

Every sum goes in the order it goes there, so that both give the same to the last bit. What is marked nogil holds
the lock all the same: it touches no Python object, so nothing else runs between its steps and threads may share
the arrays it works in.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ
from libc.math cimport exp, log1p, log2
from libc.stdlib cimport free, malloc, realloc

from array import array
from itertools import accumulate

from cython import boundscheck, final

from wirewatch.tagging.topics import weighing
from wirewatch.tagging.text.fold import fold
from wirewatch.tagging.search.patterns import Family, Look

cdef int _TOPIC = Family.TOPIC
cdef int _WORDS = Look.WORDS
cdef int _FORM_OR_CAPITALS = Look.FORM_OR_CAPITALS
cdef int _SHAPE = 4  # numbers that tell a shape
cdef enum:
    _SPACE = 32
    _LAST_ASCII = 127
    _TO_SMALL = 32  # from a capital of ASCII

cdef double HEADLINE_FACTOR = weighing.HEADLINE_FACTOR
cdef double LEAD_FACTOR = weighing.LEAD_FACTOR
cdef double BODY_FACTOR = weighing.BODY_FACTOR
cdef double AGAIN = weighing.AGAIN
cdef double INTERCEPT = weighing.INTERCEPT
cdef double OF_WEIGHT = weighing.OF_WEIGHT
cdef double OF_SHARE = weighing.OF_SHARE
cdef double OF_COMPANY = weighing.OF_COMPANY
cdef double OF_ALL = weighing.OF_ALL
cdef double THRESHOLD = weighing.THRESHOLD
cdef double LEAST = weighing.LEAST
cdef int MAX_MENTIONS = weighing.MAX_MENTIONS

cdef struct Match:
    int start
    int end
    int item

cdef struct Pattern:
    int item
    unsigned int begin  # of how it is written; it ends where the next one begins
    unsigned short shape
    unsigned char kind
    unsigned char several  # of the text of this number: whether several patterns share it

cdef struct Met:
    int start
    int end
    int number
    Pattern pattern


@final
cdef class Scanner:
    cdef Pattern* _patterns
    cdef const int[::1] _shapes
    # Where several patterns share text n, their numbers stand from _shared_begins[_several[n]] to the next one.
    cdef int[::1] _several
    cdef const int[::1] _shared_begins
    cdef const int[::1] _shared
    cdef str _written

    def __init__(self, tables):
        cdef Py_ssize_t n, text, count = len(tables.kinds)
        cdef const int[::1] items = array("i", tables.items)
        cdef const unsigned short[::1] shape_of = array("H", tables.shape_of)
        cdef const unsigned char[::1] kinds = tables.kinds
        cdef const unsigned int[::1] ends = array("I", tables.ends)
        self._several = array("i", bytes(4 * count))
        for n, text in enumerate(tables.of_text):
            self._several[text] = n
        self._shared_begins = _begins(tables.of_text.values())
        self._shared = array("i", [number for numbers in tables.of_text.values() for number in numbers])
        self._shapes = array("i", [int(number) for shape in tables.shapes for number in shape])
        self._written = tables.written
        self._patterns = <Pattern*>malloc((count + 1) * sizeof(Pattern))
        if self._patterns is NULL:
            raise MemoryError
        for n in range(count):
            self._patterns[n] = Pattern(items[n], ends[n], shape_of[n], kinds[n], n in tables.of_text)
        self._patterns[count] = Pattern(-1, ends[count], 0, 0, False)

    def __dealloc__(self):
        free(self._patterns)

    def scan(self, bytes found, str plain, bytes folded):
        """Return what is found, as `_search.Search` gives it."""
        cdef Scan scan = Scan.__new__(Scan)
        cdef const Match* matches = <const Match*>PyBytes_AS_STRING(found)
        cdef Py_ssize_t n, of, count = PyBytes_GET_SIZE(found) // <Py_ssize_t>sizeof(Match)
        cdef int text
        scan._scanner = self
        scan._plain = plain
        scan._folded = folded
        scan._hold(count)
        for n in range(count):
            text = matches[n].item
            if self._patterns[text].several:
                text = self._several[text]
                for of in range(self._shared_begins[text], self._shared_begins[text + 1]):
                    scan._add(matches[n].start, matches[n].end, self._shared[of])
            else:
                scan._add(matches[n].start, matches[n].end, text)
        return scan

    cdef bint _counts(self, str plain, Met* met, int look) except -1:
        """Tell whether what stands there is written as the pattern asks."""
        cdef Py_ssize_t begin = met.pattern.begin, n
        cdef Py_ssize_t length = self._patterns[met.number + 1].begin - begin
        cdef int kind = PyUnicode_KIND(plain), form_kind = PyUnicode_KIND(self._written)
        cdef void* text = PyUnicode_DATA(plain)
        cdef void* forms = PyUnicode_DATA(self._written)
        cdef unsigned int letter, other  # code points
        if look != _WORDS and met.end - met.start != length:
            return False
        if look == _WORDS and met.end - met.start < length:
            return False
        for n in range(length):
            letter = PyUnicode_READ(kind, text, met.start + n)
            other = PyUnicode_READ(form_kind, forms, begin + n)
            if letter == other:
                continue
            if look == _WORDS:
                if letter > _LAST_ASCII or other > _LAST_ASCII:
                    break
                if c"A" <= letter <= c"Z" and letter + _TO_SMALL == other:
                    continue
                return False
            if look != _FORM_OR_CAPITALS or c"a" <= letter <= c"z":
                return False
            break
        else:
            return True
        return self._counts_by_python(self._written[begin : begin + length], plain[met.start : met.end], look)

    cdef bint _counts_by_python(self, str form, str here, int look) except -1:
        """Tell it by Unicode's rules for capitals."""
        if look == _WORDS:
            here = here[: len(form)]
            return here.lower() == form or fold(here) == form
        return not here.islower() and here == form.upper()


@final
cdef class Scan:
    cdef Scanner _scanner
    cdef str _plain
    cdef bytes _folded
    cdef Met* _met
    cdef Py_ssize_t _count
    cdef Py_ssize_t _room

    def __dealloc__(self):
        free(self._met)

    cdef int _hold(self, Py_ssize_t most) except -1:
        """Have room for so many matches."""
        cdef Met* met = <Met*>realloc(self._met, most * sizeof(Met) + 1)
        if met is NULL:
            raise MemoryError
        self._met = met
        self._room = most
        return 0

    cdef int _add(self, int start, int end, int number) except -1:
        if self._count == self._room:
            self._hold(2 * self._room)
        self._met[self._count] = Met(start, end, number, self._scanner._patterns[number])
        self._count += 1
        return 0

    def of(self, int family):
        return self._listed(family, longest=False)

    def longest(self, int family):
        return self._listed(family, longest=True)

    def items(self, int family, list written not None):
        cdef set items = set()
        cdef Match* matches = self._matches()
        cdef Py_ssize_t n
        try:
            for n in range(self._of(family, matches)):
                ways = written[matches[n].item]
                if ways is None or self._plain.startswith(ways, matches[n].start):
                    items.add(matches[n].item)
            return items
        finally:
            free(matches)

    cdef list _listed(self, int family, bint longest):
        cdef Match* matches = self._matches()
        cdef Py_ssize_t count, n
        try:
            count = self._of(family, matches)
            if longest:
                count = _longest(matches, count)
            return [(matches[n].start, matches[n].end, matches[n].item) for n in range(count)]
        finally:
            free(matches)

    cdef Match* _matches(self) except NULL:
        """Return room for all matches, to be freed."""
        cdef Match* matches = <Match*>malloc(self._count * sizeof(Match) + 1)
        if matches is NULL:
            raise MemoryError
        return matches

    cdef Py_ssize_t _of(self, int family, Match* matches) except -1:
        """Put the matches of a family, with its items, into `matches`; return how many."""
        cdef Scanner scanner = self._scanner
        cdef const unsigned char* folded = <const unsigned char*>PyBytes_AS_STRING(self._folded)
        cdef Py_ssize_t n, count = 0
        cdef Met met
        cdef int shape, look
        for n in range(self._count):
            if self._met[n].pattern.kind >> 1 != family:
                continue
            met = self._met[n]
            if met.pattern.kind & 1:  # of the usual shape
                met.end -= 2
            else:
                shape = _SHAPE * met.pattern.shape
                met.start += scanner._shapes[shape]
                if scanner._shapes[shape + 2]:
                    while folded[met.end] != _SPACE:
                        met.end += 1
                    met.end -= 1
                else:
                    met.end -= scanner._shapes[shape + 1]
                look = scanner._shapes[shape + 3]
                if look and not scanner._counts(self._plain, &met, look):
                    continue
            matches[count] = Match(met.start, met.end, met.pattern.item)
            count += 1
        return count


cdef bint _goes_before(Match* one, Match* other) noexcept nogil:
    if one.start != other.start:
        return one.start < other.start
    return one.end < other.end if one.end != other.end else one.item < other.item


cdef Py_ssize_t _longest(Match* matches, Py_ssize_t count) noexcept nogil:
    """Put the leftmost-longest first; return how many."""
    cdef Py_ssize_t n, to, kept = 0
    cdef int begun = -1, until = -1
    cdef Match match
    # They come nearly so: each has few to go past.
    for n in range(1, count):
        match = matches[n]
        to = n
        while to > 0 and _goes_before(&match, &matches[to - 1]):
            matches[to] = matches[to - 1]
            to -= 1
        matches[to] = match
    for n in range(count):
        match = matches[n]
        if match.start == begun:
            if match.end > until:
                while kept > 0 and matches[kept - 1].start == begun:
                    kept -= 1
                until = match.end
        elif match.start >= until:
            begun, until = match.start, match.end
        else:
            continue
        matches[kept] = match
        kept += 1
    return kept


cdef struct Weighed:
    int topic
    double number  # its weight, or how likely it is


@final
cdef class Weigher:
    # Of phrase n, topics and weights stand from _begins[n] to _begins[n + 1]; so does a topic's company.
    cdef const int[::1] _begins
    cdef const int[::1] _topics
    cdef const double[::1] _weights
    cdef const int[::1] _company_begins
    cdef const int[::1] _company
    # Zeros but while a text is weighed: by phrase how often it is said; by topic whether it is met, and its weight.
    cdef int[::1] _times
    cdef unsigned char[::1] _is_met
    cdef double[::1] _totals
    # The topics met, in that order.
    cdef int[::1] _met
    cdef int _count

    def __init__(self, weights, company):
        self._begins = _begins(weights)
        self._topics = array("i", [topic for of in weights for topic, _ in of])
        self._weights = array("d", [weight for of in weights for _, weight in of])
        self._company_begins = _begins(company)
        self._company = array("i", [topic for of in company for topic in of])
        self._times = array("i", bytes(4 * len(weights)))
        self._is_met = bytearray(len(company))
        self._totals = array("d", bytes(8 * len(company)))
        self._met = array("i", bytes(4 * len(company)))

    def told(self, Scan scan not None, int lead, int body, events=()):
        return self._weighed(scan, lead, body, events, likely=True)

    def weights(self, Scan scan not None, int lead, int body, events=()):
        return {topic: weight for topic, weight, _ in self._weighed(scan, lead, body, events, likely=False)}

    cdef list _weighed(self, Scan scan, int lead, int body, events, bint likely):
        """Return topics: those that are likely enough, with how likely and where, or all that are met."""
        cdef Match* matches = NULL
        cdef Weighed* topics = NULL
        cdef Py_ssize_t phrases, count, n
        try:
            matches = self._matches(scan, events, &phrases)
            topics = self._room()
            phrases = self._weigh(matches, phrases, lead, body)
            count = self._likely(topics) if likely else self._all(topics)
            self._forget(matches, phrases)
            return [
                (topics[n].topic, topics[n].number, self._spans(topics[n].topic, matches, phrases))
                for n in range(count)
            ]
        finally:
            free(matches)
            free(topics)

    cdef Match* _matches(self, Scan scan, events, Py_ssize_t* count) except NULL:
        """Return events and the longest matches of topic phrases, to be freed, with room for as many.

        Put how many into `count`.
        """
        cdef Py_ssize_t n, told = len(events)
        cdef Match* matches = <Match*>malloc(2 * (told + scan._count) * sizeof(Match) + 1)
        if matches is NULL:
            raise MemoryError
        try:
            for n in range(told):
                matches[n] = Match(events[n][0], events[n][1], events[n][2])
            count[0] = told + _longest(matches + told, scan._of(_TOPIC, matches + told))
            for n in range(count[0]):
                if not 0 <= matches[n].item < self._times.shape[0]:
                    raise IndexError(f"no topic phrase {matches[n].item}: the scan is of other tables")
        except BaseException:
            free(matches)
            raise
        return matches

    cdef Weighed* _room(self) except NULL:
        """Return room for all topics, to be freed."""
        cdef Weighed* room = <Weighed*>malloc(self._met.shape[0] * sizeof(Weighed) + 1)
        if room is NULL:
            raise MemoryError
        return room

    @boundscheck(False)
    cdef Py_ssize_t _weigh(self, Match* matches, Py_ssize_t count, int lead, int body) noexcept nogil:
        """Weigh the topics; put the first match of each phrase first, in order, and return how many."""
        cdef Py_ssize_t n, phrases = 0, repeated = 0
        cdef Match* again = matches + count
        cdef int start, item
        cdef double factor
        for n in range(count):
            item = matches[n].item
            self._times[item] += 1
            if self._times[item] == 1:
                start = matches[n].start
                factor = BODY_FACTOR if start >= body else LEAD_FACTOR if start >= lead else HEADLINE_FACTOR
                self._add(item, factor)
                matches[phrases] = matches[n]
                phrases += 1
            elif self._times[item] == 2:
                again[repeated] = matches[n]
                repeated += 1
        for n in range(repeated):
            item = again[n].item
            self._add(item, AGAIN * log2(self._times[item]))
        return phrases

    @boundscheck(False)
    cdef void _add(self, int item, double factor) noexcept nogil:
        """Add what a phrase weighs to its topics."""
        cdef int n, topic
        for n in range(self._begins[item], self._begins[item + 1]):
            topic = self._topics[n]
            if not self._is_met[topic]:
                self._is_met[topic] = 1
                self._met[self._count] = topic
                self._count += 1
            self._totals[topic] += factor * self._weights[n]

    @boundscheck(False)
    cdef int _all(self, Weighed* weighed) noexcept nogil:
        """Put each topic that is met into `weighed`, with its weight; return how many."""
        cdef int n
        for n in range(self._count):
            weighed[n] = Weighed(self._met[n], self._totals[self._met[n]])
        return self._count

    @boundscheck(False)
    cdef int _likely(self, Weighed* likely) noexcept nogil:
        """Put each topic that is likely enough into `likely`, with how likely it is; return how many."""
        cdef int n, topic, count = 0
        cdef double weight, p, heaviest = 0, everything = 0
        for n in range(self._count):
            weight = self._totals[self._met[n]]
            heaviest = max(heaviest, weight)
            if weight > 0:
                everything += weight
        if heaviest < LEAST:
            return 0
        for n in range(self._count):
            topic = self._met[n]
            weight = self._totals[topic]
            if weight >= LEAST:
                p = _probability(weight, weight / heaviest, self._beside(topic) / heaviest, everything)
                if p >= THRESHOLD:
                    likely[count] = Weighed(topic, p)
                    count += 1
        return count

    @boundscheck(False)
    cdef double _beside(self, int topic) noexcept nogil:
        cdef int n
        cdef double heaviest = 0
        for n in range(self._company_begins[topic], self._company_begins[topic + 1]):
            heaviest = max(heaviest, self._totals[self._company[n]])
        return heaviest

    @boundscheck(False)
    cdef void _forget(self, Match* first, Py_ssize_t phrases) noexcept nogil:
        """Make all zeros again."""
        cdef Py_ssize_t n
        for n in range(phrases):
            self._times[first[n].item] = 0
        for n in range(self._count):
            self._is_met[self._met[n]] = 0
            self._totals[self._met[n]] = 0
        self._count = 0

    cdef list _spans(self, int topic, Match* first, Py_ssize_t phrases):
        """Return where the phrases that speak for a topic first stand."""
        cdef list spans = []
        cdef Py_ssize_t n
        cdef int of
        for n in range(phrases):
            for of in range(self._begins[first[n].item], self._begins[first[n].item + 1]):
                if self._topics[of] == topic and self._weights[of] > 0 and len(spans) < MAX_MENTIONS:
                    spans.append((first[n].start, first[n].end))
        return spans


cdef double _probability(double weight, double share, double company, double everything) noexcept nogil:
    cdef double z = INTERCEPT + OF_WEIGHT * log1p(weight) + OF_SHARE * share + OF_COMPANY * company
    return 1 / (1 + exp(-z - OF_ALL * log1p(everything)))


def _begins(lists):
    """Return where each of `lists` begins when they stand one after the other, and where the last one ends."""
    return array("i", accumulate(map(len, lists), initial=0))
