using System.Runtime.InteropServices;
using System.Text;

namespace Aurum.DevServices.Kafka;

/// <summary>The part of rdkafka.h and rdkafka_mock.h that the mock cluster needs.</summary>
internal static class Librdkafka
{
    public const int Producer = 0;

    private const string Name = "librdkafka";

    /// <summary>Builds in the order of preference: the plain one wants a libsasl2 newer than Debian 12 has.</summary>
    private static readonly string[] Builds = ["centos8-librdkafka", "librdkafka"];

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, (name, assembly, search) =>
    {
        if (name != Name)
        {
            return 0;
        }

        foreach (var build in Builds)
        {
            var file = Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", build + ".so");
            if (NativeLibrary.TryLoad(file, out var library) || NativeLibrary.TryLoad(build, assembly, search, out library))
            {
                return library;
            }
        }

        return 0;
    });

    [DllImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static extern nint NewConfiguration();

    [DllImport(Name, EntryPoint = "rd_kafka_conf_set")]
    public static extern int Set(nint configuration, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, StringBuilder error, nuint errorSize);

    [DllImport(Name, EntryPoint = "rd_kafka_new")]
    public static extern nint New(int type, nint configuration, StringBuilder error, nuint errorSize);

    [DllImport(Name, EntryPoint = "rd_kafka_destroy")]
    public static extern void Destroy(nint client);

    [DllImport(Name, EntryPoint = "rd_kafka_err2name")]
    public static extern nint ErrorName(int error);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static extern nint NewCluster(nint client, int brokers);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static extern void DestroyCluster(nint cluster);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static extern nint Bootstraps(nint cluster);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    public static extern void SetInitialRebalanceDelay(nint cluster, int milliseconds);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_broker_set_down")]
    public static extern int SetBrokerDown(nint cluster, int broker);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_broker_set_up")]
    public static extern int SetBrokerUp(nint cluster, int broker);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    public static extern int SetBrokerRoundTrip(nint cluster, int broker, int milliseconds);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_coordinator_set")]
    public static extern int SetCoordinator(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string kind, [MarshalAs(UnmanagedType.LPUTF8Str)] string key, int broker);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_set_apiversion")]
    public static extern int SetApiVersions(nint cluster, short api, short lowest, short highest);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_topic_create")]
    public static extern int CreateTopic(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_topic_delete")]
    public static extern int DeleteTopic(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_topic_set_error")]
    public static extern void SetTopicError(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int error);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_partition_set_leader")]
    public static extern int SetLeader(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, int broker);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_partition_delete_records")]
    public static extern int DeleteRecords(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, long before);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static extern void PushErrors(nint cluster, short api, nuint count, int[] errors);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    public static extern void ClearErrors(nint cluster, short api);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_start_request_tracking")]
    public static extern void StartTracking(nint cluster);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_clear_requests")]
    public static extern void ClearRequests(nint cluster);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_get_requests")]
    public static extern nint GetRequests(nint cluster, out nuint count);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_request_api_key")]
    public static extern short RequestApiKey(nint request);

    [DllImport(Name, EntryPoint = "rd_kafka_mock_request_destroy_array")]
    public static extern void DestroyRequests(nint requests, nuint count);
}
