using System.Globalization;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Domain;
using FsCheck;
using FsCheck.Fluent;

namespace Aurum.Actors.Tests.Serialization.Kafka;

/// <summary>Random values of everything that goes through Kafka, with the odd ones among them.</summary>
public static class KafkaSamples
{
    private static readonly DateTime LastMicrosecond = new(DateTime.MaxValue.Ticks / 10 * 10, DateTimeKind.Utc);

    public static Gen<string> Text => Gen
        .Elements("", "a", "DGS10", "|", " ", "°C", "漢字", "😀", "\0", "\"\n", new string('x', 70), new string('ü', 200))
        .ArrayOf()
        .Where(parts => parts.Length < 5)
        .Select(string.Concat);

    public static Gen<double> Number => Gen.OneOf(
        ArbMap.Default.GeneratorFor<double>(),
        Gen.Elements(double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0.0, double.Epsilon, double.MaxValue, BitConverter.Int64BitsToDouble(0x7ff8_0000_dead_beef)));

    public static Gen<DateTime> Timestamp => Gen.OneOf(
        Gen.Elements(DateTime.UnixEpoch, new DateTime(0, DateTimeKind.Utc), LastMicrosecond, new DateTime(1776, 7, 4, 0, 0, 0, DateTimeKind.Utc), DateTime.UnixEpoch.AddMicroseconds(-1)),
        ArbMap.Default.GeneratorFor<long>().Select(ticks => new DateTime((ticks & long.MaxValue) % LastMicrosecond.Ticks / 10 * 10, DateTimeKind.Utc)));

    public static Gen<DateOnly> Day => Timestamp.Select(DateOnly.FromDateTime);

    public static Gen<Dictionary<string, string>?> Map => Gen.OneOf(
        Gen.Constant<Dictionary<string, string>?>(null),
        Gen.Zip(Text, Text).ArrayOf().Select(pairs => pairs.Length == 0 ? null : pairs.GroupBy(pair => pair.Item1).ToDictionary(pair => pair.Key, pair => pair.First().Item2)));

    public static Gen<ObservationHeader> Header =>
        from provider in Text
        from code in Text
        from attributes in OrNull(Text).ArrayOf(4)
        from run in Text
        from page in Text
        from at in Timestamp
        select new ObservationHeader(new SeriesId(provider, code), new SeriesAttributes(attributes[0], attributes[1], attributes[2], attributes[3]), run, page, at);

    public static Gen<Observation> Observation =>
        from timestamp in Timestamp
        from day in Day
        from value in Gen.OneOf(Gen.Constant<double?>(null), Number.Select(number => (double?)number))
        from raw in OrNull(Text)
        from flags in Gen.Zip(OrNull(Text), OrNull(Text))
        from metadata in Map
        select new Observation(timestamp, day, value, raw, flags.Item1, flags.Item2, metadata);

    public static Gen<CatalogUpsert> Upsert =>
        from header in Header
        from texts in OrNull(Text).ArrayOf(8)
        from times in Gen.OneOf(Gen.Constant<DateTime?>(null), Timestamp.Select(time => (DateTime?)time)).ArrayOf(5)
        from day in Gen.OneOf(Gen.Constant<DateOnly?>(null), Day.Select(day => (DateOnly?)day))
        from tags in Text.ArrayOf()
        from metadata in Map
        from version in ArbMap.Default.GeneratorFor<int>()
        select new CatalogUpsert(
            new CatalogEntry(
                header.Series, texts[0] ?? "", texts[1], header.Attributes.UnitCode, header.Attributes.FrequencyCode, header.Attributes.DatasetCode,
                header.Attributes.GeoId, texts[2], texts[3], times[0], times[1], times[2], metadata),
            header.IngestedAt, version, texts[4], texts[5], times[3], day, times[4], tags.Length == 0 ? null : tags);

    public static Gen<DeadLetter> Letter =>
        from header in Header
        from partition in ArbMap.Default.GeneratorFor<int>()
        from offset in ArbMap.Default.GeneratorFor<long>()
        from bytes in ArbMap.Default.GeneratorFor<byte[]>().ArrayOf(3)
        from absent in ArbMap.Default.GeneratorFor<bool>().ArrayOf(3)
        from texts in Text.ArrayOf(6)
        select new DeadLetter(
            texts[0], partition, offset,
            absent[0] ? null : header.IngestedAt.UtcDateTime,
            absent[1] ? null : bytes[0],
            absent[2] ? null : bytes[1],
            absent[0] ? null : new Dictionary<string, ReadOnlyMemory<byte>> { [texts[1]] = bytes[2], ["trace"] = default },
            texts[2], texts[3], texts[4], header.IngestedAt, partition, header.Attributes.GeoId, texts[5], header.Attributes.UnitCode);

    /// <summary>All of a value in words, doubles by their bits, so that equal words mean equal values.</summary>
    public static string Words(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture),
        DateTime time => $"{time.Ticks} {time.Kind}",
        DateTimeOffset time => $"{time.UtcTicks}",
        DateOnly day => $"{day.DayNumber}",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        IReadOnlyDictionary<string, string> map => $"{{{string.Join(',', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Words(pair.Key)}:{Words(pair.Value)}"))}}}",
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> map => $"{{{string.Join(',', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Words(pair.Key)}:{Words(pair.Value)}"))}}}",
        System.Collections.IEnumerable items => $"[{string.Join(',', items.Cast<object?>().Select(Words))}]",
        _ when value.GetType() is { IsPrimitive: true } => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        _ => $"({string.Join(',', value.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract").Select(property => $"{property.Name}={Words(property.GetValue(value))}"))})",
    };

    private static Gen<string?> OrNull(Gen<string> text) => Gen.OneOf(Gen.Constant<string?>(null), text.Select(present => (string?)present));
}

/// <summary>The generators, as FsCheck's properties find them.</summary>
public static class KafkaArbitraries
{
    public static Arbitrary<ObservationHeader> Headers() => KafkaSamples.Header.ToArbitrary();

    public static Arbitrary<Observation> Observations() => KafkaSamples.Observation.ToArbitrary();

    public static Arbitrary<CatalogUpsert> Upserts() => KafkaSamples.Upsert.ToArbitrary();

    public static Arbitrary<DeadLetter> Letters() => KafkaSamples.Letter.ToArbitrary();
}

/// <summary>Schemas by id, in place of a registry.</summary>
internal sealed class KnownSchemas(params (int Id, string Text)[] schemas) : IWriterSchemas
{
    public int Asked { get; private set; }

    public ValueTask<string?> FindAsync(int schemaId, CancellationToken cancellationToken)
    {
        Asked++;
        return ValueTask.FromResult(schemas.Where(schema => schema.Id == schemaId).Select(schema => schema.Text).FirstOrDefault());
    }
}
