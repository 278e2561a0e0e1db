using System.Globalization;

namespace Aurum.Testing;

/// <summary>What tests need to know of processes and programs.</summary>
public static class Processes
{
    private const string Status = "/proc/self/status", Ignored = "SigIgn:";

    /// <summary>Whether this process, and with it what it starts, ignores a signal: what a script runs in the background is started with SIGINT ignored.</summary>
    /// <returns>False where the kernel does not tell.</returns>
    public static bool Ignores(int signal) =>
        File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
        && (ulong.Parse(line[Ignored.Length..], NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1; // bit n - 1 stands for signal n (proc_pid_status(5))

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
