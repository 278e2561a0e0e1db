using Aurum.Actors.Gate;
using Aurum.Providers.Settings;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Gate;

public sealed class PermitBucketTests
{
    private static readonly double[] Rates = [0.2, 0.5, 1, 2, 2.5, 5, 10];

    [Property(MaxTest = 400, EndSize = 300)]
    public void No_second_sees_more_arrivals_and_no_time_more_permits_than_the_limit_allows(byte rate, byte burst, bool empty, byte[] script)
    {
        var limit = Sample.Limit(Rates[rate % Rates.Length], 1 + (burst % 12));
        var history = new History(BucketOf(limit, empty));
        history.Play(script);

        var perSecond = Math.Max(limit.Burst, (int)Math.Floor(limit.RequestsPerSecond));
        var arrivals = history.Arrivals.Order().ToArray();
        for (var first = 0; first + perSecond < arrivals.Length; first++)
        {
            Assert.True(
                arrivals[first + perSecond] - arrivals[first] >= TimeSpan.FromSeconds(1),
                $"{perSecond + 1} arrivals within {arrivals[first + perSecond] - arrivals[first]} at {limit}");
        }

        AtMost(limit.Burst, limit.RequestsPerSecond, history.Grants, "permits");
        AtMost(perSecond, limit.RequestsPerSecond, arrivals, "arrivals");
    }

    [Fact]
    public void What_is_handed_over_goes_on_as_if_nothing_had_happened()
    {
        var limit = Sample.Limit(2, 3);
        var (bucket, id) = (new PermitBucket(limit, Sample.Now), Guid.NewGuid());
        bucket.Take(id, Sample.Now);
        bucket.Take(Guid.NewGuid(), Sample.Now);
        var (later, elsewhere) = (Sample.Now.AddSeconds(0.2), Sample.Now.AddYears(-1));
        var successor = PermitBucket.Continue(limit, bucket.Remains(later), TimeSpan.FromSeconds(0.1), elsewhere);
        Assert.Equal(bucket.Available(later.AddSeconds(0.1)), successor.Available(elsewhere));
        Assert.True(successor.IsUnderWay(id, elsewhere));
        bucket.Settle(id, later.AddSeconds(0.2));
        successor.Settle(id, elsewhere.AddSeconds(0.1));
        for (var tenths = 2; tenths < 60; tenths++)
        {
            Assert.Equal(bucket.Available(later.AddSeconds(0.1 * (tenths + 1))), successor.Available(elsewhere.AddSeconds(0.1 * tenths)));
        }
    }

    [Fact]
    public void A_lower_limit_counts_at_once_and_what_was_sent_before_counts_too()
    {
        var bucket = new PermitBucket(Sample.Limit(10, 10), Sample.Now);
        bucket.Take(Guid.NewGuid(), Sample.Now);
        bucket.Change(Sample.Limit(1, 1), Sample.Now);
        Assert.Equal(0, bucket.Available(Sample.Now));
        Assert.True(bucket.WaitFor(Sample.Now) > TimeSpan.FromSeconds(1));
    }

    private static PermitBucket BucketOf(RateLimitSettings limit, bool empty) =>
        empty ? PermitBucket.AfterUnknown(limit, Sample.Now) : new PermitBucket(limit, Sample.Now);

    private static void AtMost(int atOnce, double perSecond, IReadOnlyList<DateTimeOffset> times, string what)
    {
        for (var first = 0; first < times.Count; first++)
        {
            for (var last = first; last < times.Count; last++)
            {
                var allowed = atOnce + (perSecond * (times[last] - times[first]).TotalSeconds);
                Assert.True(last - first + 1 <= allowed + 1e-6, $"{last - first + 1} {what} where {allowed} are allowed");
            }
        }
    }

    [Property(MaxTest = 200, EndSize = 200)]
    public void A_permit_is_always_to_be_had_in_bounded_time_answers_or_not(byte rate, byte burst, bool empty, byte[] script)
    {
        var limit = Sample.Limit(Rates[rate % Rates.Length], 1 + (burst % 12));
        var bucket = BucketOf(limit, empty);
        var history = new History(bucket);
        history.Play(script);

        var now = history.Now;
        var latest = now + GateTimes.GrantToArrival + TimeSpan.FromSeconds(1.6 + (1 / limit.RequestsPerSecond));
        for (var wait = bucket.WaitFor(now); wait > TimeSpan.Zero; wait = bucket.WaitFor(now))
        {
            now += wait;
            Assert.True(now <= latest, $"starved for {now - history.Now} at {limit}");
        }

        Assert.True(bucket.Available(now) >= 1);
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(10, 2)]
    [InlineData(0.5, 1)]
    public void An_empty_start_grants_nothing_for_a_second(double rate, int burst)
    {
        var bucket = PermitBucket.AfterUnknown(Sample.Limit(rate, burst), Sample.Now);
        for (var milliseconds = 0; milliseconds <= 1000; milliseconds += 50)
        {
            Assert.True(bucket.WaitFor(Sample.Now.AddMilliseconds(milliseconds)) > TimeSpan.Zero);
            Assert.Equal(0, bucket.Available(Sample.Now.AddMilliseconds(milliseconds)));
        }
    }

    [Fact]
    public void A_full_start_grants_the_burst_at_once_and_then_the_rate()
    {
        var bucket = new PermitBucket(Sample.Limit(2, 3), Sample.Now);
        for (var taken = 0; taken < 3; taken++)
        {
            Assert.Equal(TimeSpan.Zero, bucket.WaitFor(Sample.Now));
            var id = Guid.NewGuid();
            bucket.Take(id, Sample.Now);
            bucket.Settle(id, Sample.Now);
        }

        Assert.Equal(0, bucket.Available(Sample.Now));
        Assert.InRange(bucket.WaitFor(Sample.Now), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public void Time_that_goes_backwards_makes_no_permits()
    {
        var bucket = new PermitBucket(Sample.Limit(1, 1), Sample.Now);
        bucket.Take(Guid.NewGuid(), Sample.Now);
        Assert.True(bucket.WaitFor(Sample.Now.AddHours(-1)) > TimeSpan.Zero);
        Assert.True(bucket.WaitFor(Sample.Now) > TimeSpan.Zero);
    }

    /// <summary>Takes, answers and time, as two bytes each of a script say; what was granted and when it arrived.</summary>
    private sealed class History(PermitBucket bucket)
    {
        private static readonly TimeSpan LatestAnswer = GateTimes.GrantToArrival;
        private readonly List<(Guid Id, DateTimeOffset Granted)> _open = [];

        public DateTimeOffset Now { get; private set; } = Sample.Now;

        public List<DateTimeOffset> Grants { get; } = [];

        public List<DateTimeOffset> Arrivals { get; } = [];

        public void Play(byte[] script)
        {
            for (var at = 0; at + 1 < script.Length; at += 2)
            {
                var (what, how) = (script[at] % 5, script[at + 1]);
                switch (what)
                {
                    case 0:
                        Pass(TimeSpan.FromMilliseconds(how * how / 20.0), how);
                        break;
                    case 1:
                        Pass(bucket.WaitFor(Now), how);
                        Take();
                        break;
                    case 2 or 3:
                        for (var taken = 0; taken <= how % 16 && Take(); taken++)
                        {
                        }

                        break;
                    default:
                        Answer(how, how);
                        break;
                }
            }

            Pass(LatestAnswer, 0);
        }

        private bool Take()
        {
            if (bucket.WaitFor(Now) > TimeSpan.Zero)
            {
                return false;
            }

            var id = Guid.NewGuid();
            bucket.Take(id, Now);
            Grants.Add(Now);
            _open.Add((id, Now));
            return true;
        }

        private void Answer(int which, int how)
        {
            if (_open.Count > 0)
            {
                var (id, granted) = _open[which % _open.Count];
                _open.RemoveAt(which % _open.Count);
                Arrivals.Add(granted + ((Now - granted) * (how % 3 == 0 ? 1 : how % 3 == 1 ? 0 : how / 255.0)));
                bucket.Settle(id, Now);
            }
        }

        /// <summary>Lets time pass, but no request goes unanswered for longer than the bucket allows for.</summary>
        private void Pass(TimeSpan span, int how)
        {
            var until = Now + span;
            while (_open.Count > 0 && _open[0].Granted + LatestAnswer <= until)
            {
                Now = _open[0].Granted + LatestAnswer > Now ? _open[0].Granted + LatestAnswer : Now;
                Answer(0, how);
            }

            Now = until;
        }
    }
}
