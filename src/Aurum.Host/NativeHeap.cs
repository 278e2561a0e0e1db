using System.Runtime.InteropServices;

namespace Aurum.Host;

/// <summary>The memory that librdkafka and SQLite take from the C library.</summary>
internal static class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int Bytes = 64 * 1024;

    /// <summary>
    /// Keeps glibc from learning to hold on to large blocks. By itself it raises the size from which a block is the system's own, up to
    /// 32 MB, with each such block that is freed; what Kafka's threads decompress then stays in their arenas, some 60 MB of it.
    /// Any other C library is left as it is.
    /// </summary>
    /// <remarks>Source: mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD. A threshold that is set is not raised any more.</remarks>
    public static void GiveBackWhatIsFreed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MmapThreshold, Bytes);
            _ = SetOption(TrimThreshold, Bytes);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}
