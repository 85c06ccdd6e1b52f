/** Who lives in the sandbox, each with a call to try. */
import { html, type Html } from './html.ts'
import { table } from './page-parts.ts'
import type { Firm, Person } from './personas.ts'

export const peopleSection = (people: readonly Person[]): Html => html`
  <section>
    <h2>Công dân <small lang="en">People</small> <i class="count">${people.length}</i></h2>
    <div class="people">${people.map(personCard)}</div>
  </section>
`

function personCard(person: Person): Html {
  const { fullName, personalId, legacyId, birth, status, note } = person
  return html`<article>
    <h3>${fullName}</h3>
    <p>
      <code>${personalId ?? legacyId ?? ''}</code> · ${birth.date ?? birth.year}
      ${status === 'living' ? '' : html`<b class="tag warn">${status}</b>`}
    </p>
    <p class="note">${note}</p>
    <details>
      <summary>Gọi thử <span lang="en">Try it</span></summary>
      <pre>${verifySample(person)}</pre>
    </details>
  </article>`
}

function verifySample({ fullName, personalId, legacyId, birth }: Person): string {
  const key = personalId === undefined ? { legacyId } : { personalId }
  const subject = { ...key, fullName, dateOfBirth: birth.date ?? String(birth.year) }
  const purpose = { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' }
  return (
    `curl -s http://127.0.0.1:8080/v1/identity-verifications \\\n` +
    `  -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' \\\n` +
    `  -d "${JSON.stringify({ subject, purpose }).replaceAll('"', '\\"')}"`
  )
}

export const firmsSection = (firms: readonly Firm[]): Html => html`
  <section>
    <h2>Doanh nghiệp <small lang="en">Firms</small> <i class="count">${firms.length}</i></h2>
    ${table(
      ['Mã số · Code', 'Tên · Name', 'Tình trạng · Status', 'Vì sao có mặt · Why'],
      firms.map(({ code, name, status, note }) => [html`<code>${code}</code>`, name, status, note ?? '']),
    )}
    <details>
      <summary>Gọi thử <span lang="en">Try it</span></summary>
      <pre>
curl -s http://127.0.0.1:8080/v1/businesses/${firms[0]?.code ?? '9900123459'} -H "Authorization: Bearer $TOKEN"</pre>
    </details>
  </section>
`
