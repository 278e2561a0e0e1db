using Aurum.Actors.Collection;
using Aurum.Domain;
using Aurum.Providers.Settings;
using FsCheck.Xunit;
using static Aurum.Actors.Collection.SeriesCollectorEvents;

namespace Aurum.Actors.Tests.Collection;

public sealed class SeriesCollectorStateTests
{
    private static readonly RevisionSettings Settings = new(MaxLookbackObservations: 12, MassShare: 0.5);

    [Property(MaxTest = 2000, EndSize = 160)]
    public void Whatever_is_revised_or_withdrawn_and_whenever_it_crashes_the_store_ends_up_with_the_truth(byte lookback, bool ordered, byte[] script)
    {
        var world = new World(Sample.Series(lookback: lookback % 8), ordered);
        world.Play(script);
        world.Collect(crashAfter: null);
        var window = world.Collect(crashAfter: null);

        Assert.Subset(world.Stored.Keys.ToHashSet(), world.Truth.Keys.ToHashSet());
        Assert.All(world.Truth.Where(pair => window.Contains(pair.Key)), pair => Assert.Equal(pair.Value, world.Stored[pair.Key]));
        Assert.All(world.Stored.Where(pair => pair.Value is not null), pair => Assert.Contains(pair.Value!.Value, world.EverTrue[pair.Key]));
        Assert.All(world.State.Recent.Select(recent => recent.Timestamp).Where(day => !world.Truth.ContainsKey(day) && world.RereadIn(window, day)), day => Assert.Null(world.Stored[day]));

        // What was taken back within the look-back passes for valid no more, stored by a run that ended well or by one that was killed.
        Assert.All(world.Stored.Where(pair => pair.Value is not null && world.RereadIn(window, pair.Key)).Select(pair => pair.Key).Except(world.TakenBackDeep), day => Assert.Contains(day, world.Truth.Keys));
        Assert.All(world.Stored.Where(pair => pair.Value is null), pair => Assert.DoesNotContain(pair.Key, world.Truth.Keys));
        Assert.InRange(world.State.Recent.Length, 0, Math.Max(lookback % 8, Settings.MaxLookbackObservations));

        // What a killed run stored and an answer without any rows does not repeat stays in doubt; without a look-back nothing is ever missed.
        var sent = world.Stored.Keys.Except(world.State.Recent.Where(recent => recent.IsUnseen).Select(recent => recent.Timestamp)).ToArray();
        Assert.True(lookback % 8 == 0 || world.State.LastTimestamp == (sent.Length == 0 ? null : sent.Max()));

        // Pages in no order may push what is remembered out of the look-back before they bring it again; the store drops that.
        Assert.True(!ordered || world.SentAgain == 0, $"{world.SentAgain} unchanged observations were sent again");

        var before = world.State;
        world.Collect(crashAfter: null);
        Assert.Equal(before.Observations, world.State.Observations);
    }

    [Fact]
    public void What_was_announced_as_new_is_news_again_whatever_is_said_and_no_revision()
    {
        var series = Sample.Series(lookback: 5);
        var state = Complete(series, days: 3);
        var first = state.Decide([Sample.Slice(series, (1, 7), (2, 0), (3, 3))], 5);
        var announced = state.Announcement(first, isNearTheEnd: true)!;
        Assert.Equal((Sample.Day(1), Sample.Day(3)), (Assert.Single(announced.Timestamps), Assert.Single(announced.New!)));
        Assert.Null(state.Announcement(first, isNearTheEnd: false)!.New);

        var doubting = state.Apply(announced);
        Assert.Equal(Enumerable.Range(0, 4).Select(Sample.Day), doubting.Recent.Select(recent => recent.Timestamp));
        var (fresh, revised, depth, _) = doubting.Decide([Sample.Slice(series, (1, 7), (2, 0), (3, 3))], 5);
        Assert.Equal([Sample.Day(1), Sample.Day(3)], Assert.Single(fresh).Observations.Select(observation => observation.Timestamp));
        Assert.Equal((1, 0), (revised, depth));
        Assert.Null(doubting.Announcement(doubting.Decide([Sample.Slice(series, (1, 7), (2, 0), (3, 3))], 5), isNearTheEnd: true));
    }

    [Fact]
    public void A_look_back_is_twice_as_deep_as_revisions_were_lately_and_forgets_them_slowly()
    {
        var series = Sample.Series(lookback: 2);
        var state = Complete(series, days: 10).Apply(new CheckpointAdvanced("run", Sample.Now, null, Sample.Day(9), [], 0, 1, series.Start, RevisedDepth: 5));
        Assert.Equal(10, state.LookbackFor(series, Settings));
        Assert.Equal(7, state.LookbackFor(series, Settings with { MaxLookbackObservations = 7 }));
        Assert.Equal(20, state.LookbackFor(Sample.Series(lookback: 20), Settings));
        Assert.Equal(0, state.LookbackFor(Sample.Series(lookback: 0), Settings));
        for (var collection = 0; collection < 40; collection++)
        {
            state = state.Apply(new CollectionSucceeded("run", Sample.Now, series.Start));
        }

        Assert.Equal(2, state.LookbackFor(series, Settings));
    }

    [Fact]
    public void A_start_that_was_moved_later_does_not_narrow_what_is_known_to_be_complete()
    {
        var state = Complete(Sample.Series(start: null), days: 10);
        state = state.Apply(new CollectionSucceeded("run", Sample.Now, new DateOnly(2020, 1, 1)));
        Assert.Null(state.HistoryFrom);
        Assert.Equal(Sample.Day(7), Window(state, Sample.Series(start: null)).From);
    }

    [Fact]
    public void What_has_not_changed_counts_as_no_collection_without_a_revision()
    {
        var series = Sample.Series(lookback: 2);
        var state = Complete(series, days: 10).Apply(new CheckpointAdvanced("run", Sample.Now, null, Sample.Day(9), [], 0, 1, series.Start, RevisedDepth: 5));
        var quiet = Enumerable.Range(0, 100).Aggregate(state, (one, _) => one.Apply(new FoundUnchanged("run", Sample.Now.AddDays(1))));
        Assert.Equal((10, Sample.Now.AddDays(1)), (quiet.LookbackFor(series, Settings), quiet.CoveredAt));
    }

    [Fact]
    public void A_first_read_wants_all_from_the_start_and_goes_on_where_the_pages_were_complete()
    {
        var series = Sample.Series(start: new DateOnly(2020, 1, 1));
        var state = SeriesCollectorState.Initial;
        Assert.Equal(new DateTime(2020, 1, 1), Window(state, series).From);
        state = state.Apply(Advanced(series, completeBefore: Sample.Day(5), last: 4));
        Assert.Equal(Sample.Day(5), Window(state, series).From);
        state = state.Apply(new CollectionFailed("run", Sample.Now, FailureKind.Transient, "HTTP 503"));
        Assert.Equal(Sample.Day(5), Window(state, series).From);
        Assert.Equal((1, "Transient: HTTP 503"), (state.ConsecutiveFailures, state.LastFailure));
    }

    [Fact]
    public void Once_complete_it_wants_what_the_look_back_remembers_and_later()
    {
        var state = Complete(Sample.Series(lookback: 3), days: 10);
        Assert.Equal(Sample.Day(7), Window(state, Sample.Series(lookback: 3)).From);
        Assert.Equal(DateTime.MaxValue, Window(state, Sample.Series(lookback: 3)).To);
    }

    [Fact]
    public void Without_a_look_back_it_wants_only_what_is_later_than_the_last()
    {
        var state = Complete(Sample.Series(lookback: 0), days: 10);
        Assert.Empty(state.Recent);
        Assert.Equal(Sample.Day(9).AddTicks(1), Window(state, Sample.Series(lookback: 0)).From);
    }

    [Fact]
    public void A_start_moved_earlier_reads_all_of_it_again_and_one_moved_later_does_not()
    {
        var state = Complete(Sample.Series(start: new DateOnly(2020, 1, 1)), days: 10);
        Assert.Equal(new DateTime(2010, 1, 1), Window(state, Sample.Series(start: new DateOnly(2010, 1, 1))).From);
        Assert.Equal(DateTime.MinValue, Window(state, Sample.Series(start: null)).From);
        Assert.Equal(Sample.Day(7), Window(state, Sample.Series(start: new DateOnly(2030, 1, 1))).From);
    }

    [Fact]
    public void A_start_moved_earlier_in_the_middle_of_the_first_read_leaves_no_gap()
    {
        var late = Sample.Series(start: new DateOnly(2020, 1, 1));
        var early = Sample.Series(start: new DateOnly(2010, 1, 1));
        var state = SeriesCollectorState.Initial.Apply(Advanced(late, completeBefore: Sample.Day(5), last: 4));
        Assert.Equal(new DateTime(2010, 1, 1), Window(state, early).From);

        // The earlier read is interrupted too: it goes on where it was itself, not where the later one had been.
        state = state.Apply(Advanced(early, completeBefore: new DateTime(2012, 1, 1), last: 4));
        Assert.Equal(new DateTime(2012, 1, 1), Window(state, early).From);
        Assert.Equal(new DateTime(2020, 1, 1), Window(state, late).From);
    }

    [Fact]
    public void A_series_without_news_is_read_no_further_back_than_values_arrive_late()
    {
        var state = Complete(Sample.Series(lookback: 3), days: 10);
        Assert.Equal(Sample.Now.UtcDateTime.Date.AddDays(-30), state.WindowFor(Sample.Series(lookback: 3), 3, TimeSpan.FromDays(30)).From);
        Assert.Equal(Sample.Day(7), state.WindowFor(Sample.Series(lookback: 3), 3, TimeSpan.FromDays(3000)).From);
    }

    [Fact]
    public void No_more_is_remembered_than_the_bound_however_long_the_look_back()
    {
        var series = Sample.Series(lookback: 5000);
        var state = Complete(series, days: 3000);
        Assert.Equal(SeriesCollectorState.MostRemembered, state.Recent.Length);
        Assert.Equal(Sample.Day(2000), state.Recent[0].Timestamp);
    }

    [Fact]
    public void Only_what_is_new_or_says_something_else_is_sent()
    {
        var series = Sample.Series(lookback: 5);
        var state = Complete(series, days: 5);
        var (fresh, revised, depth, memory) = state.Decide([Sample.Slice(series, (2, 0), (3, 99), (4, 0), (5, 7))], 5);
        Assert.Equal([(Sample.Day(3), 99d), (Sample.Day(5), 7d)], Assert.Single(fresh).Observations.Select(observation => (observation.Timestamp, observation.Value!.Value)));
        Assert.Equal((1, 2), (revised, depth));
        Assert.Equal(Enumerable.Range(1, 5).Select(Sample.Day), memory.Recent.Select(recent => recent.Timestamp));
        Assert.Equal(Sample.Day(5), memory.LastTimestamp);
    }

    [Fact]
    public void Of_several_vintages_in_a_page_each_is_compared_with_the_one_before_it_and_the_newest_is_remembered()
    {
        var series = Sample.Series(lookback: 2);
        var state = SeriesCollectorState.Initial.Apply(new CheckpointAdvanced("run", Sample.Now, null, Sample.Day(1), [RememberedObservation.Of(Value(0, 1)), RememberedObservation.Of(Value(1, 1))], 2, 0));

        // Of the first day another value was known for a while, in another unit; the second day's goes on.
        ObservationSlice[] slices =
        [
            new(series.Id, Sample.Attributes, [Value(0, 2), Value(1, 1)]),
            new(series.Id, Sample.Attributes, [Value(0, 1), Value(1, 1), Value(1, 3), Value(2, 5), Value(2, 6)]),
        ];
        var decision = state.Decide(slices, lookback: 2);

        Assert.Equal([(0, 2), (0, 1), (1, 3), (2, 5), (2, 6)], decision.Fresh.SelectMany(slice => slice.Observations).Select(one => ((one.Timestamp - Sample.Day(0)).Days, (int)one.Value!)));
        Assert.Equal([RememberedObservation.Of(Value(1, 3)), RememberedObservation.Of(Value(2, 6))], decision.Next.Recent);

        static Observation Value(int day, double value) => new(Sample.Day(day), new DateOnly(2026, 1, 1), value);
    }

    [Theory]
    [InlineData(1d, null, null, null)]
    [InlineData(null, null, null, null)]
    [InlineData(0d, "0.0", null, null)]
    [InlineData(0d, null, "estimated", null)]
    [InlineData(0d, null, null, "failed")]
    [InlineData(0d, null, "failed", null)]
    public void Another_value_text_status_or_flag_is_another_saying(double? value, string? raw, string? status, string? flag)
    {
        var known = new Observation(Sample.Day(0), new DateOnly(2040, 1, 1), 0d);
        var other = new Observation(Sample.Day(0), new DateOnly(2040, 1, 1), value, raw, status, flag);
        Assert.False(known.SaysTheSameAs(other));
        Assert.NotEqual(RememberedObservation.Of(known), RememberedObservation.Of(other));
        Assert.Equal(RememberedObservation.Of(known), RememberedObservation.Of(known with { AsOf = new DateOnly(2041, 1, 1) }));
    }

    [Fact]
    public void An_event_it_does_not_know_stops_it() => Assert.Throws<ArgumentException>(() => SeriesCollectorState.Initial.Apply("what?"));

    private static SeriesCollectorState Complete(SeriesDefinition series, int days)
    {
        var memory = SeriesCollectorState.Initial.Decide([Sample.Slice(series, [.. Enumerable.Range(0, days).Select(day => (day, 0d))])], series.LookbackObservations).Next;
        return SeriesCollectorState.Initial
            .Apply(new CheckpointAdvanced("run", Sample.Now, null, memory.LastTimestamp, memory.Recent, days, 0))
            .Apply(new CollectionSucceeded("run", Sample.Now, series.Start));
    }

    private static Window Window(SeriesCollectorState state, SeriesDefinition series) => state.WindowFor(series, state.LookbackFor(series, Settings), null);

    private static CheckpointAdvanced Advanced(SeriesDefinition series, DateTime completeBefore, int last) =>
        new("run", Sample.Now, completeBefore, Sample.Day(last), [], 1, 0, series.Start);

    /// <summary>A provider whose truth changes, a store that drops what it knows, and a collector in between that may crash anywhere.</summary>
    private sealed class World(SeriesDefinition series, bool ordered)
    {
        private readonly List<object> _journal = [];
        private int _nextDay;

        public SortedDictionary<DateTime, double> Truth { get; } = [];

        /// <summary>Null where the value was withdrawn.</summary>
        public SortedDictionary<DateTime, double?> Stored { get; } = [];

        public Dictionary<DateTime, HashSet<double>> EverTrue { get; } = [];

        /// <summary>
        /// Withdrawn when they lay before what the collector remembered, or before the first row of an answer: no look-back is so long, and a
        /// provider's own span may have grown shorter.
        /// </summary>
        public HashSet<DateTime> TakenBackDeep { get; } = [];

        /// <summary>Observations sent although the collector's own checkpoint remembered them.</summary>
        public int SentAgain { get; private set; }

        public SeriesCollectorState State => _journal.Aggregate(SeriesCollectorState.Initial, (state, @event) => state.Apply(@event));

        public void Play(byte[] script)
        {
            foreach (var step in script)
            {
                switch (step % 4)
                {
                    case 0:
                        Say(Sample.Day(_nextDay++), step);
                        break;
                    case 1 when Truth.Count > 0:
                        Say(Truth.Keys.ElementAt(step * 7 % Truth.Count), step);
                        break;
                    case 1:
                        Say(Sample.Day(_nextDay++), 0);
                        break;
                    case 2:
                        Collect(crashAfter: step / 4 % 12);
                        break;
                    case 3 when step > 200:
                        Collect(crashAfter: null);
                        break;
                    case 3 when step > 150 && Truth.Count > 0:
                        Withdraw(Truth.Keys.ElementAt(step % Truth.Count));
                        break;
                    case 3 when step > 130:
                        GiveBack();
                        break;
                    default:
                        Say(Sample.Day(_nextDay++), 0);
                        break;
                }
            }
        }

        /// <summary>True when a provider that does not state this day in this window any more has thereby withdrawn it.</summary>
        public bool RereadIn(Window window, DateTime day) =>
            window.Contains(day) && Truth.Keys.Any(first => window.Contains(first) && first < day);

        /// <summary>Reads to the end, or until the given number of steps has been done. Every page is some: decide, announce, commit, checkpoint.</summary>
        public Window Collect(int? crashAfter)
        {
            var state = State;
            var lookback = state.LookbackFor(series, Settings);
            var window = Window(state, series);
            var restatement = new Restatement(state.Recent, window, state.ServedFrom);
            var steps = 0;
            bool Crashes() => crashAfter == steps++;

            // What is stored may only be claimed once it is: nothing before the frontier, nor before the last timestamp, may lack.
            Assert.All(Truth.Keys.Where(day => day < state.Frontier || (state.HistoryComplete && day <= state.LastTimestamp)), day => Assert.True(Stored.ContainsKey(day)));

            var wanted = Truth.Where(pair => window.Contains(pair.Key)).ToArray();
            var first = wanted.Length == 0 ? DateTime.MaxValue : wanted[0].Key;
            TakenBackDeep.UnionWith(Stored.Keys.Where(day => window.Contains(day) && day < first));
            var pages = wanted.Chunk(3).ToArray();
            pages = pages.Length == 0 ? [[]] : ordered ? pages : [.. pages.Reverse()];
            var (ahead, inserted, revised, depth) = (state, 0, 0, 0);
            for (var number = 0; number < pages.Length; number++)
            {
                var isLast = number == pages.Length - 1;
                DateTime? completeBefore = ordered && !isLast ? pages[number + 1][0].Key : null;
                var slice = new ObservationSlice(series.Id, Sample.Attributes, [.. pages[number].Select(pair => new Observation(pair.Key, DateOnly.MinValue, pair.Value))]);
                restatement.Hear(new FetcherProtocol.PageFetched(1, number, $"page/{number}", [slice], completeBefore, isLast));
                if (!Handle(slice, completeBefore, isLast, restatement))
                {
                    return window;
                }
            }

            if (restatement.Missing() is { Count: > 0 } missing
                && !Handle(new ObservationSlice(series.Id, Sample.Attributes, [.. missing.Select(day => new Observation(day, DateOnly.MinValue, null, Status: ObservationStatus.Withdrawn))]), null, isLast: true, answer: null))
            {
                return window;
            }

            _journal.Add(new CollectionSucceeded("run", Sample.Now, series.Start));
            return window;

            bool Handle(ObservationSlice slice, DateTime? completeBefore, bool isLast, Restatement? answer)
            {
                var decision = ahead.Decide([slice], lookback);
                if (Crashes())
                {
                    return false;
                }

                if (decision.Count > 0 && state.Announcement(decision, isNearTheEnd: true) is { } announced)
                {
                    _journal.Add(announced);
                    state = state.Apply(announced);
                    if (Crashes())
                    {
                        return false;
                    }
                }

                foreach (var observation in decision.Fresh.SelectMany(one => one.Observations))
                {
                    SentAgain += state.Recent.Contains(RememberedObservation.Of(observation)) ? 1 : 0;
                    (inserted, revised) = !Stored.TryGetValue(observation.Timestamp, out var known) ? (inserted + 1, revised) : known == observation.Value ? (inserted, revised) : (inserted, revised + 1);
                    Stored[observation.Timestamp] = observation.Value;
                }

                if (Crashes())
                {
                    return false;
                }

                depth = Math.Max(depth, decision.RevisedDepth);
                ahead = ahead with { Recent = [.. decision.Next.Recent], LastTimestamp = decision.Next.LastTimestamp };
                if (completeBefore is not null || isLast)
                {
                    var recent = answer is null ? decision.Next.Recent : state.Keeping(decision.Next, answer.MissingBefore(completeBefore, isLast));
                    ahead = ahead with { Recent = [.. recent] };
                    _journal.Add(new CheckpointAdvanced("run", Sample.Now, completeBefore, decision.Next.LastTimestamp, recent, inserted, revised, series.Start, depth));
                    (inserted, revised, depth) = (0, 0, 0);
                }

                return !Crashes();
            }
        }

        private void Withdraw(DateTime day)
        {
            Truth.Remove(day);
            if (series.LookbackObservations == 0 || (State.Recent.Length > 0 && day < State.Recent[0].Timestamp))
            {
                TakenBackDeep.Add(day);
            }
        }

        /// <summary>A day that was withdrawn gets a value again, if the next read will reach it.</summary>
        private void GiveBack()
        {
            var window = Window(State, series);
            if (Stored.Keys.Except(Truth.Keys).Where(window.Contains).ToArray() is [.., var day])
            {
                Say(day, EverTrue[day].First());
            }
        }

        private void Say(DateTime day, double value)
        {
            Truth[day] = value;
            TakenBackDeep.Remove(day);
            (EverTrue.TryGetValue(day, out var values) ? values : EverTrue[day] = []).Add(value);
        }
    }
}
