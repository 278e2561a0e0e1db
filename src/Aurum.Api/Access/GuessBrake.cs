using System.Net;
using System.Net.Sockets;

namespace Aurum.Api.Access;

/// <summary>
/// Counts wrong tokens by the address they come from. Who has shown too many is not listened to until a while has passed; the right token
/// does not help then, or guessing would go on behind it.
/// </summary>
public sealed class GuessBrake(TimeProvider time)
{
    public const int MostGuesses = 10;
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>Addresses remembered at once; whoever has more of them than this guesses slowly all the same.</summary>
    private const int MostAddresses = 10_000;

    private readonly Dictionary<IPAddress, Guesses> _guesses = [];

    /// <returns>How long this address is not listened to; null when it is.</returns>
    public TimeSpan? IsHeld(IPAddress? from)
    {
        lock (_guesses)
        {
            return _guesses.TryGetValue(KeyOf(from), out var guesses) && guesses.Count >= MostGuesses && guesses.ForgottenAt > time.GetUtcNow()
                ? guesses.ForgottenAt - time.GetUtcNow()
                : null;
        }
    }

    public void WrongFrom(IPAddress? from)
    {
        var (key, now) = (KeyOf(from), time.GetUtcNow());
        lock (_guesses)
        {
            if (_guesses.Count >= MostAddresses && !_guesses.ContainsKey(key))
            {
                Forget(now);
            }

            var count = _guesses.TryGetValue(key, out var before) && before.ForgottenAt > now ? before.Count : 0;
            _guesses[key] = new Guesses(count + 1, now + Memory);
        }
    }

    /// <summary>Those whose time is over, or all when that is nobody.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var old in _guesses.Where(known => known.Value.ForgottenAt <= now).Select(known => known.Key).ToArray())
        {
            _guesses.Remove(old);
        }

        if (_guesses.Count >= MostAddresses)
        {
            _guesses.Clear();
        }
    }

    /// <summary>Of IPv6 the network, since a host has as many addresses in it as it likes.</summary>
    private static IPAddress KeyOf(IPAddress? from)
    {
        if (from is null)
        {
            return IPAddress.None;
        }

        if (from.IsIPv4MappedToIPv6)
        {
            return from.MapToIPv4();
        }

        if (from.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return from;
        }

        var bytes = from.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed record Guesses(int Count, DateTimeOffset ForgottenAt);
}
