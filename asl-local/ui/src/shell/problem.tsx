/** An error, as the server or the browser reports it. */
export function Problem({ error }: { error: Error }) {
  return (
    <div class="problem" role="alert">
      <b>{error.name}</b>: {error.message}
    </div>
  );
}
