using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aurum.Streams.Kafka.Dsl;
using Aurum.Streams.Kafka.Messages;
using Aurum.Streams.Kafka.Settings;
using Aurum.Testing.Kafka;
using Confluent.Kafka;

namespace Aurum.Benchmarks;

/// <summary>Records a second into Kafka: the publisher's stage with envelopes of 500 records, against a bare loop with a delivery callback.</summary>
internal static class KafkaLoad
{
    private const int Partitions = 12, RecordBytes = 200, RecordsPerEnvelope = 500;
    private const double LeastRatio = 0.6;

    public static async Task<int> RunAsync(int records)
    {
        await using var kafka = await MockKafka.StartAsync();
        await BareAsync(kafka, records / 4);
        await StageAsync(kafka, records / 4);
        var bare = await RateAsync(records, "bare produce with a callback", () => BareAsync(kafka, records));
        var stage = await RateAsync(records, "producer stage", () => StageAsync(kafka, records));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stage to bare loop: {stage / bare:0.00} (limit: at least {LeastRatio:0.00})"));
        return stage / bare >= LeastRatio ? 0 : 1;
    }

    private static async Task<double> RateAsync(int records, string what, Func<Task> work)
    {
        var cpu = System.Environment.CpuUsage.TotalTime.TotalSeconds;
        var clock = Stopwatch.StartNew();
        await work();
        var rate = records / clock.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {records:N0} records of {RecordBytes} bytes in {clock.Elapsed.TotalSeconds:0.00} s, {rate:N0} records/s, CPU {(System.Environment.CpuUsage.TotalTime.TotalSeconds - cpu) / records * 1e6:0.0} us a record"));
        return rate;
    }

    private static ProducerConfig Config(MockKafka kafka) => new()
    {
        BootstrapServers = kafka.BootstrapServers,
        EnableIdempotence = true,
        Acks = Acks.All,
        LingerMs = 5,
        CompressionType = CompressionType.Zstd,
        QueueBufferingMaxMessages = 200_000,
    };

    private static Message<byte[], byte[]> Record(int number)
    {
        var value = new byte[RecordBytes];
        BitConverter.TryWriteBytes(value, number);
        return new Message<byte[], byte[]> { Key = BitConverter.GetBytes(number % 1000), Value = value };
    }

    private static async Task BareAsync(MockKafka kafka, int records)
    {
        var topic = await kafka.CreateTopicAsync("bare", Partitions);
        using var producer = new ProducerBuilder<byte[], byte[]>(Config(kafka)).Build();
        var open = records;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var number = 0; number < records; number++)
        {
            while (true)
            {
                try
                {
                    producer.Produce(topic, Record(number), Delivered);
                    break;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    await Task.Delay(1);
                }
            }
        }

        await done.Task;

        void Delivered(DeliveryReport<byte[], byte[]> report)
        {
            if (report.Error.IsError)
            {
                done.TrySetException(new KafkaException(report.Error));
            }
            else if (Interlocked.Decrement(ref open) == 0)
            {
                done.TrySetResult();
            }
        }
    }

    private static async Task StageAsync(MockKafka kafka, int records)
    {
        var topic = await kafka.CreateTopicAsync("stage", Partitions);
        using var system = ActorSystem.Create("benchmark", "akka { loglevel = ERROR, stdout-loglevel = OFF }");
        var settings = ProducerSettings<byte[], byte[]>.Create(Config(kafka), null, null);
        await Source.From(Enumerable.Range(0, records / RecordsPerEnvelope))
            .Select(envelope => ProducerMessage.Multi(
                [.. Enumerable.Range(envelope * RecordsPerEnvelope, RecordsPerEnvelope).Select(number => new ProducerRecord<byte[], byte[]>(topic, Record(number)))], envelope))
            .Via(KafkaProducer.FlexiFlow<byte[], byte[], int>(settings))
            .RunWith(Sink.Ignore<IResults<byte[], byte[], int>>(), system.Materializer());
        await system.Terminate();
    }
}
