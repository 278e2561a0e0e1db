using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using Aurum.Storage;
using FsCheck.Xunit;

namespace Aurum.Actors.Tests.Serialization.Kafka;

public sealed class ObservationGroupingTests
{
    private static readonly ObservationHeader Header =
        new(new SeriesId("fred", "A"), Sample.Attributes, "run", "page", Sample.Now);

    [Property]
    public bool Groups_put_one_after_the_other_are_what_was_grouped(byte[] choices)
    {
        var observations = choices.Select((choice, day) => new DecodedObservation(Header with { EventId = $"page-{choice % 3}" }, Sample.Observation(day, choice))).ToArray();
        var batches = ObservationGrouping.Group(observations);
        return batches.SelectMany(batch => batch.Slice.Observations.Select(observation => new DecodedObservation(ObservationHeader.Of(batch), observation))).SequenceEqual(observations)
            && batches.Zip(batches.Skip(1), (one, next) => ObservationHeader.Of(one) != ObservationHeader.Of(next)).All(differs => differs);
    }

    [Fact]
    public void Any_difference_of_the_header_begins_a_new_batch()
    {
        ObservationHeader[] others =
        [
            Header with { Series = new SeriesId("fred", "B") },
            Header with { Attributes = Sample.Attributes with { UnitCode = "EUR" } },
            Header with { RunId = "other" },
            Header with { EventId = "other" },
            Header with { IngestedAt = Sample.Now.AddSeconds(1) },
        ];
        Assert.All(others, other => Assert.Equal(2, ObservationGrouping.Group([new(Header, Sample.Observation(1, 1)), new(other, Sample.Observation(2, 2))]).Count));
        Assert.Empty(ObservationGrouping.Group([]));
    }

    [Fact]
    public void A_batch_comes_back_through_the_topic()
    {
        var codec = new ObservationCodec(1, new KnownSchemas());
        var slice = new ObservationSlice(Header.Series, Header.Attributes, [Sample.Observation(1, 1), Sample.Observation(2, 2), Sample.Observation(3, 3)]);
        var batch = new ObservationBatch(slice, "run", "page", Sample.Now);
        var header = ObservationHeader.Of(batch);
        var read = slice.Observations.Select(observation => codec.TryDecode(codec.Encode(header, observation), out var decoded) ? decoded.Value : default).ToArray();
        var back = Assert.Single(ObservationGrouping.Group(read));
        Assert.Equal(slice.Observations, back.Slice.Observations);
        Assert.Equal(header, ObservationHeader.Of(back));
    }
}
